"""Ingest: every file that is met has its line, ids never clash, and a folder is followed to the letter."""

import gzip
import json
import os
from pathlib import Path

import pytest

from corpus import passes
from corpus.derive import DERIVE_VERSION
from corpus.ingest import add, follow, remove
from corpus.library import Library, LibraryError
from corpus.report import FileReport, IngestReport

POLICIES = Path(__file__).parents[2] / "corpus" / "policies"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home" / "library.sqlite")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "folder").mkdir()
    return tmp_path / "folder"


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text or f"关于{path.name}的通知。到2015年达标率98%以上。", encoding="utf-8")
    return path


def row(id: str, text: str = "一句话。", **more: str) -> str:
    return json.dumps({"id": id, "title": "题", "text": text, **more}, ensure_ascii=False) + "\n"


def statuses(report: IngestReport) -> dict[str, str]:
    return {Path(file.path).name: file.status for file in report.files}


def test_the_five_policies_go_in_with_their_text_and_bytes(library: Library) -> None:
    report = add(library, [POLICIES])
    assert not report.failed
    assert report.counts == {"added": 5}
    for document in library.documents():
        file = POLICIES / f"{document.id}.txt"
        assert document.text == file.read_bytes().decode("utf-8-sig")
        assert library.raw(document.id) == file.read_bytes()
    assert report.passages == len(library.passages())
    assert report.targets == len(library.targets())


@pytest.mark.parametrize("bring", [follow, lambda library, folder: add(library, [folder])])
def test_the_same_again_is_unchanged_and_writes_nothing(library: Library, bring: type[follow]) -> None:
    first = bring(library, POLICIES)
    state = library.state
    again = bring(library, POLICIES)
    assert again.counts == {"unchanged": 5}
    assert library.state == state
    assert (again.passages, again.targets) == (first.passages, first.targets)


def test_every_file_met_has_a_line_and_what_fails_keeps_nothing_out(library: Library, folder: Path) -> None:
    write(folder / "good.txt")
    write(folder / "sub" / "deep.md")
    write(folder / "program.xyz")
    write(folder / ".hidden.txt")
    (folder / "empty.txt").touch()
    (folder / "rubbish.txt").write_bytes(os.urandom(5000))
    os.mkfifo(folder / "pipe.txt")
    report = add(library, [folder, folder / "missing.txt"])
    assert statuses(report) == {
        "good.txt": "added",
        "deep.md": "added",
        "program.xyz": "skipped",
        "empty.txt": "failed",
        "rubbish.txt": "failed",
        "pipe.txt": "failed",
        "missing.txt": "failed",
    }
    assert report.failed
    assert library.document_ids() == ["good", "sub/deep"]
    assert all(file.reason and "\n" not in str(file) for file in report.files if file.status in ("failed", "skipped"))


def test_an_unknown_format_is_no_failure(library: Library, folder: Path) -> None:
    report = add(library, [write(folder / "a.xyz")])
    assert not report.failed
    assert report.files[0].status == "skipped"


def test_the_report_is_one_json_object_whose_files_are_named_by_path(library: Library, folder: Path) -> None:
    file = write(folder / "a.txt")
    shown = json.loads(json.dumps(add(library, [file]).as_dict()))
    (entry,) = shown["files"]
    assert (entry["path"], entry["status"], entry["document_id"], entry["encoding"]) == (
        str(file),
        "added",
        "a",
        "utf-8",
    )
    assert shown["failed"] is False
    assert shown["counts"] == {"added": 1}


def test_two_files_that_would_share_an_id_keep_their_suffixes(library: Library, folder: Path) -> None:
    write(folder / "a.txt")
    write(folder / "a.md")
    write(folder / "b.txt")
    add(library, [folder])
    assert library.document_ids() == ["a.md", "a.txt", "b"]
    assert add(library, [folder]).counts == {"unchanged": 3}


def test_a_file_never_replaces_a_document_from_elsewhere(library: Library, tmp_path: Path) -> None:
    one, two, three = (write(tmp_path / name / "a.txt", f"来自{name}的文件。") for name in ("x", "y", "z"))
    for file in (one, two, three):
        assert add(library, [file]).counts == {"added": 1}
    assert library.document_ids() == ["a", "a.txt", "z/a.txt"]
    write(two, "改过的文件。")
    assert add(library, [two]).counts == {"changed": 1}
    texts = {document.id: document.text for document in library.documents()}
    assert texts == {"a": "来自x的文件。", "a.txt": "改过的文件。", "z/a.txt": "来自z的文件。"}


def test_folders_added_together_tell_their_files_apart_by_their_names(library: Library, tmp_path: Path) -> None:
    for name in ("x", "y"):
        write(tmp_path / name / "a.txt")
    add(library, [tmp_path / "x", tmp_path / "y"])
    assert library.document_ids() == ["x/a.txt", "y/a.txt"]


def test_a_file_met_twice_goes_in_once(library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(folder / "a.txt")
    monkeypatch.chdir(folder)
    assert add(library, [folder, file, Path("a.txt"), Path("."), Path("../folder")]).counts == {"added": 1}


def test_equal_texts_under_different_ids_are_two_documents(library: Library, folder: Path) -> None:
    for name in ("a.txt", "b.txt"):
        write(folder / name, "同样的内容。")
    add(library, [folder])
    assert library.document_ids() == ["a", "b"]


@pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
def test_document_lines_go_in_and_broken_ones_are_named(library: Library, folder: Path, suffix: str) -> None:
    file = folder / f"lines{suffix}"
    content = (row("n/1", number="深府〔2010〕183号") + "{broken\n" + row("n/2") + row("n/2", "另一句。")).encode()
    file.write_bytes(gzip.compress(content) if suffix.endswith(".gz") else content)
    report = add(library, [file])
    assert report.failed
    assert library.document_ids() == ["n/1", "n/2"]
    assert report.counts == {"added": 2, "failed": 2}
    assert [each.path for each in report.files] == [str(file), f"{file}:2", f"{file}:4"]
    first = library.document("n/1")
    assert first is not None
    assert (first.title, first.number) == ("题", "深府〔2010〕183号")
    assert add(library, [file]).counts == {"unchanged": 2, "failed": 2}


def test_a_given_id_goes_before_one_made_from_a_name(library: Library, folder: Path) -> None:
    write(folder / "a.txt", "文件的内容。")
    write(folder / "b.jsonl", row("a", "一行的内容。"))
    write(folder / "c.jsonl", row("a", "另一行的内容。"))
    add(library, [folder])
    texts = {document.id: document.text for document in library.documents()}
    assert texts == {"a": "一行的内容。", "a.txt": "文件的内容。", "c.jsonl/a": "另一行的内容。"}
    assert add(library, [folder]).counts == {"unchanged": 3}


def test_a_folder_is_followed_while_added_documents_stay(library: Library, folder: Path, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt", "c.txt"):
        write(folder / name)
    write(folder / "lines.jsonl", row("l1") + row("l2"))
    follow(library, folder)
    add(library, [write(tmp_path / "mine.txt"), folder / "c.txt"])
    write(folder / "a.txt", "新的内容。")
    for name in ("b.txt", "c.txt"):
        (folder / name).unlink()
    write(folder / "d.txt")
    write(folder / "lines.jsonl", row("l2"))
    report = follow(library, folder)
    assert report.counts == {"changed": 1, "added": 1, "removed": 2, "unchanged": 1}
    assert library.document_ids() == ["a", "c", "d", "l2", "mine"]
    for file in folder.iterdir():
        file.unlink()
    folder.rmdir()
    follow(library, folder)
    assert library.document_ids() == ["c", "mine"]


def test_a_removed_document_of_the_folder_stays_away_until_it_is_added(library: Library, folder: Path) -> None:
    file = write(folder / "a.txt")
    write(folder / "lines.jsonl", row("l1") + row("l2"))
    follow(library, folder)
    assert remove(library, "a").status == "removed"
    remove(library, "l1")
    for _ in range(2):
        follow(library, folder)
        assert library.document_ids() == ["l2"]
    write(file, "改过也不回来。")
    follow(library, folder)
    assert library.document_ids() == ["l2"]
    assert add(library, [file]).counts == {"added": 1}
    follow(library, folder)
    assert library.document_ids() == ["a", "l2"]


def test_removing_what_is_not_there_is_a_clear_error(library: Library) -> None:
    with pytest.raises(LibraryError, match="no document 'x'"):
        remove(library, "x")


def test_a_file_that_can_no_longer_be_read_keeps_its_document(library: Library, folder: Path) -> None:
    file = write(folder / "a.txt")
    follow(library, folder)
    file.write_bytes(b"")
    report = follow(library, folder)
    assert report.failed
    assert library.document_ids() == ["a"]


def test_a_folder_that_moves_keeps_its_documents(library: Library, folder: Path, tmp_path: Path) -> None:
    write(folder / "a.txt")
    follow(library, folder)
    state = library.state
    folder.rename(tmp_path / "moved")
    assert follow(library, tmp_path / "moved").counts == {"unchanged": 1}
    assert library.state == state


def test_links_out_of_the_folder_and_circles_are_not_followed(library: Library, folder: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "secret" / "s.txt")
    write(folder / "a.txt")
    (folder / "out.txt").symlink_to(outside)
    (folder / "outdir").symlink_to(outside.parent)
    (folder / "circle").symlink_to(folder)
    (folder / "inside.txt").symlink_to("a.txt")
    report = add(library, [folder])
    assert library.document_ids() == ["a", "inside"]
    assert statuses(report)["out.txt"] == statuses(report)["outdir"] == statuses(report)["circle"] == "skipped"


def test_names_of_any_bytes_and_deep_folders_do_no_harm(library: Library, folder: Path) -> None:
    strange = os.path.join(os.fsencode(folder), "深府".encode("gb18030") + b"\n.txt")
    with open(strange, "wb") as file:
        file.write("一句话。".encode())
    write(folder.joinpath(*["d"] * 300) / "deep.txt")
    report = add(library, [folder])
    assert report.counts == {"added": 2}
    assert all("\n" not in str(file) for file in report.files)
    json.dumps(report.as_dict()).encode()
    assert add(library, [folder]).counts == {"unchanged": 2}


def test_newer_code_derives_every_document_again_from_the_record(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(folder / "a.txt")
    add(library, [file])
    file.unlink()
    document = library.document("a")
    monkeypatch.setattr(passes, "DERIVE_VERSION", f"{DERIVE_VERSION}+")
    assert follow(library, folder).derived_again == 1
    assert follow(library, folder).derived_again == 0
    assert library.document("a") == document
    assert library.records()[0].version == f"{DERIVE_VERSION}+"


def test_progress_ends_at_the_whole(library: Library, folder: Path) -> None:
    write(folder / "a.txt")
    write(folder / "l.jsonl", row("1") + row("2"))
    steps: list[tuple[int, int, str]] = []
    add(library, [folder], lambda *step: steps.append(step))
    assert [done for done, _, _ in steps] == sorted(done for done, _, _ in steps)
    assert steps[-1][0] == steps[-1][1] == sum(file.stat().st_size for file in folder.iterdir())


def test_a_line_of_the_report_reads_as_a_sentence() -> None:
    assert str(FileReport("a.txt", "added", None, "a", 3, 1, "utf-8")) == (
        "added      a.txt: a (3 passages, 1 targets, utf-8)"
    )
    assert str(FileReport("a.jsonl:3", "failed", "not JSON")) == "failed     a.jsonl:3: not JSON"
