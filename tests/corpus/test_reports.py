"""The report says what is true of each document and of all, and only what has changed is read again."""

import gzip
import os
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.ingest import add, follow
from corpus.library import Library
from corpus.likeness import likeness, sketch
from corpus.report import FileReport, IngestReport
from tests.corpus.formats.files import docx, drawn, paragraph, pdf, zipped

TEXT = "".join(f"{n}、各区人民政府应当落实第{n}项节水任务，并于年底前报告。\n" for n in range(1, 21))
HEAD = "深圳市人民政府关于开展节水工作的通知\n深府〔2015〕12号\n各区人民政府：\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home" / "library.sqlite")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def entry(report: IngestReport, name: str) -> FileReport:
    (found,) = (file for file in report.files if file.path.endswith(name))
    return found


def settled(path: Path, data: bytes) -> Path:
    """A file that was written long ago."""
    path.write_bytes(data)
    os.utime(path, (10**9, 10**9))
    return path


def test_what_is_much_like_a_document_on_record_is_named(library: Library, folder: Path) -> None:
    versions = {
        "a.txt": HEAD + TEXT,
        "b.txt": HEAD + TEXT.replace("\n", "\r\n"),
        "c.txt": HEAD + TEXT.replace("第7项", "第七项"),
        "d.txt": HEAD + "现将有关事项重新通知如下，以本通知为准，原通知停止执行。\n",
        "e.txt": "某县人民政府关于植树的通知\n到2015年，植树一万株，由林业部门负责落实。\n",
    }
    for name, text in versions.items():
        (folder / name).write_text(text, "utf-8")
    report = add(library, [folder])
    similar = {name: entry(report, name).similar for name in versions}
    assert similar["a.txt"] == similar["e.txt"] == ()
    assert similar["b.txt"] == ("same text as a",)
    assert [line.split(" of ")[0][-1] for line in similar["c.txt"]] == ["%", "%"]
    assert set(similar["d.txt"]) == {f"another version of 深府〔2015〕12号: {id}" for id in "abc"}


def test_sketches_of_equal_texts_are_equal_and_of_others_have_nothing_in_common() -> None:
    assert likeness(sketch(TEXT), sketch(TEXT.replace("，", ",\n"))) == 1.0
    assert likeness(sketch(TEXT), sketch("完全不同的一句话，说的是别的事情。")) == 0.0


def test_measures_are_kept_on_record_and_summed_up(library: Library, folder: Path) -> None:
    (folder / "a.pdf").write_bytes(
        pdf([drawn([(80, 700, "深圳市人民政府的通知内容")]), drawn([(80, 700, "第二页的通知内容")])])
    )
    (folder / "b.docx").write_bytes(docx(paragraph("到2020年，再生水利用率达到70%以上。") * 2))
    report = add(library, [folder])
    measures = {record.document_id: record.measures for record in library.records()}
    assert (measures["a"].format, measures["a"].pages) == ("pdf", 2)
    assert (measures["b"].format, measures["b"].identity["number"]) == ("docx", "missing")
    assert report.totals["pages"] == 2
    assert report.totals["characters"] == sum(len(document.text) for document in library.documents())
    assert str(report).startswith("2 added; ")


def test_what_is_missing_of_the_identity_is_said_once_in_plain_words(library: Library, folder: Path) -> None:
    (folder / "a.txt").write_text("没有抬头的一段话。", "utf-8")
    assert str(add(library, [folder]).files[0]).endswith("9 characters, no number or issuer or region or date)")


def test_an_archive_is_followed_file_by_file(library: Library, folder: Path) -> None:
    members: dict[str, str | bytes] = {
        "甲/a.txt": "第一份文件的内容。",
        "b.docx": docx(paragraph("第二份文件的内容。")),
    }
    archive = settled(folder / "export.zip", zipped(members))
    assert follow(library, folder).counts == {"added": 2}
    assert library.document_ids() == ["export.zip/b", "export.zip/甲/a"]
    state = library.state
    assert follow(library, folder).counts == {"unchanged": 2}
    assert library.state == state
    archive.write_bytes(zipped({**members, "甲/a.txt": "第一份文件，已经改过。"}))
    assert follow(library, folder).counts == {"changed": 1, "unchanged": 1}
    archive.write_bytes(zipped({"b.docx": members["b.docx"]}))
    assert follow(library, folder).counts == {"removed": 1, "unchanged": 1}
    archive.unlink()
    assert follow(library, folder).counts == {"removed": 1}


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_document_lines_in_an_archive_are_followed_line_by_line(library: Library, folder: Path, suffix: str) -> None:
    def written(*texts: str) -> None:
        lines = "".join(f'{{"id": "{text[0]}", "title": "通知", "text": "{text}"}}\n' for text in texts).encode()
        packed = gzip.compress(lines) if suffix.endswith(".gz") else lines
        inner = zipped({f"lines{suffix}": packed, "c.txt": "第三份文件的内容。"})
        settled(folder / "export.zip", zipped({"in.zip": inner}))

    written("甲文件的内容。", "乙文件的内容。")
    assert follow(library, folder).counts == {"added": 3}
    assert library.document_ids() == ["export.zip/in.zip/c", "乙", "甲"]
    state = library.state
    again = follow(library, folder)
    assert again.counts == {"unchanged": 3} and library.state == state
    written("甲文件，已经改过。", "丙文件的内容。")
    assert follow(library, folder).counts == {"changed": 1, "added": 1, "removed": 1, "unchanged": 1}
    settled(folder / "export.zip", zipped({"in.zip": zipped({"c.txt": "第三份文件的内容。"})[:50]}))
    broken = follow(library, folder)
    assert broken.failed and broken.files == follow(library, folder).files
    assert library.document_ids() == ["export.zip/in.zip/c", "丙", "甲"]  # what cannot be read just now stays
    (folder / "export.zip").unlink()
    assert follow(library, folder).counts == {"removed": 3}


def test_what_older_code_has_read_is_read_again_and_plain_text_is_not(library: Library, folder: Path) -> None:
    settled(folder / "a.docx", docx(paragraph("第一份文件的内容。")))
    settled(folder / "b.txt", "第二份文件的内容。".encode())
    follow(library, folder)
    record, document = library.records()[0], library.document("a")
    assert document
    from corpus.derive import derive

    older = replace(record.measures, reader="0")
    library.put(derive("a", "旧的读法"), record.source, record.given, b"x", record.version, True, older)
    assert follow(library, folder).counts == {"changed": 1, "unchanged": 1}
    assert library.document("a") == document
    assert follow(library, folder).counts == {"unchanged": 2}


def test_many_documents_are_read_by_several_processes_in_their_order(library: Library, folder: Path) -> None:
    for n in range(6):
        (folder / f"{n}.txt").write_text(f"第{n}份文件的内容很长。" * 12_000, "utf-8")
    report = add(library, [folder])
    assert [Path(file.path).name for file in report.files] == [f"{n}.txt" for n in range(6)]
    assert report.counts == {"added": 6}
    assert all(document.text.startswith(f"第{document.id}份") for document in library.documents())


def test_a_scanned_page_is_read_where_ocr_is_installed_and_named_where_not(library: Library, folder: Path) -> None:
    from PIL import Image

    from corpus.formats import scans

    Image.new("L", (900, 1200), 255).save(folder / "a.pdf")
    report = add(library, [folder])
    reason = str(report.files[0].reason)
    assert report.failed
    assert ("no text on any page" if scans.available() else "pip install -r requirements-ocr.txt") in reason
