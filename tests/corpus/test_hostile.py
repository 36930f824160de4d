"""Hostile files: each ends as one line of the report within its bounds, the process lives, nothing outside is touched."""

import os
import random
import re
import struct
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from corpus.formats import nested
from corpus.formats.extract import Unreadable
from corpus.ingest import add, follow
from corpus.library import Library
from corpus.limits import Limits
from corpus.report import FileReport, IngestReport
from tests.corpus.formats.files import docx, drawn, ofd, paragraph, pdf, zipped

LIMITS = Limits(megabytes=8, seconds=8, memory=512)
XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
GOOD = "深圳市人民政府关于节水的通知\n到2020年，再生水利用率达到70%以上。\n"


def bomb(name: str, megabytes: int = 600, says: int | None = None) -> bytes:
    """A ZIP of some kilobytes whose member unpacks to ``megabytes``, whatever its directory says."""
    size = megabytes << 20 if says is None else says
    crc = zlib.crc32(b" " * size) if megabytes < 300 else 0
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(megabytes)) + packer.flush()
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0)
    entry = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, crc, len(packed), size, len(name), 0, 0, 0, 0, 0, 0
    )
    start = len(local) + len(name) + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(entry) + len(name), start, 0)
    return local + name.encode() + packed + entry + name.encode() + end


def protected() -> bytes:
    """A ZIP whose member says that it is encrypted."""
    data = bytearray(zipped({"a.txt": GOOD}))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    return bytes(data)


def encrypted_pdf() -> bytes:
    whole = pdf([drawn([(80, 700, "秘密")])])
    entry = b"<< /Filter /Standard /V 2 /R 3 /Length 128 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>"
    return whole.replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt " + entry + b" /ID [<00><00>]")


def endless_pdf() -> bytes:
    """A page tree whose page is its own parent, over and over."""
    return (
        pdf([drawn([(80, 700, "页")])])
        .replace(b"/Kids [5 0 R]", b"/Kids [2 0 R]")
        .replace(b"/Count 1", b"/Count 9999999")
    )


HOSTILE = {
    "zero.pdf": b"",
    "blank.docx": b"\0" * 4096,
    "cut.pdf": pdf([drawn([(80, 700, "一" * 50)])])[:400],
    "cut.docx": docx(paragraph("一"))[:200],
    "cut.ofd": ofd(["一"])[:300],
    "cut.zip": zipped({"a.txt": GOOD})[:60],
    "locked.pdf": encrypted_pdf(),
    "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 600,
    "endless.pdf": endless_pdf(),
    "bomb.docx": bomb("word/document.xml"),
    "bomb.ofd": bomb("OFD.xml"),
    "lying.ofd": bomb("OFD.xml", says=4),
    "bomb.xlsx": bomb("xl/workbook.xml"),
    "xxe.docx": zipped({"word/document.xml": f"{XXE}<x>&e;</x>"}),
    "laughs.ofd": zipped({"OFD.xml": f"{LAUGHS}<x>&c;</x>"}),
    "xxe.xlsx": zipped({"xl/workbook.xml": f"{XXE}<x>&e;</x>"}),
    "deep.docx": docx("<w:p>" * 100_000),
    "wrong.pdf": GOOD.encode(),
    "wrong.xlsx": os.urandom(2000),
    "noise.ofd": b"PK\x03\x04" + os.urandom(3000),
    "noise.pdf": b"%PDF-1.7\n" + os.urandom(50_000),
    "noise.html": os.urandom(50_000),
    "lost.pdf": pdf([drawn([(80, 700, "页")])] * 2).replace(b"/Type /Page ", b"/Type /Pxge ").replace(b"/Contents", b"/Cxntents").replace(b"5 0 obj\n<<", b"5 0 obj\n42").replace(b"7 0 obj\n<<", b"7 0 obj\n42"),
    "noise.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(1).randbytes(3000),
    "rar.docx": b"Rar!\x1a\x07\x00" + os.urandom(500),
    "rar.zip": b"Rar!\x1a\x07\x00" + os.urandom(500),
    "picture.png": b"\x89PNG\r\n\x1a\n" + os.urandom(500),
}  # fmt: skip


@pytest.fixture(scope="module")
def pass_over_all(tmp_path_factory: pytest.TempPathFactory) -> tuple[IngestReport, Library]:
    """Everything hostile and one good file, brought in at once."""
    place = tmp_path_factory.mktemp("hostile")
    folder = place / "folder"
    folder.mkdir()
    for name, data in HOSTILE.items():
        (folder / name).write_bytes(data)
    with (folder / "large.txt").open("wb") as file:
        file.truncate(500 << 20)
    (folder / "good.txt").write_text(GOOD, "utf-8")
    library = Library(place / "home" / "library.sqlite")
    return add(library, [folder], limits=LIMITS), library


def entry(report: IngestReport, name: str) -> FileReport:
    (found,) = (file for file in report.files if Path(file.path).name == name)
    return found


@pytest.mark.parametrize("name", [*HOSTILE, "large.txt"])
def test_a_hostile_file_is_one_line_of_the_report(pass_over_all: tuple[IngestReport, Library], name: str) -> None:
    found = entry(pass_over_all[0], name)
    assert found.status in ("failed", "skipped") and found.reason and "\n" not in str(found) and len(found.reason) < 500


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("zero.pdf", "empty"), ("cut.pdf", "damaged|no text"), ("cut.docx", "damaged"), ("locked.pdf", "encrypted"), ("locked.docx", "encrypted"),
        ("bomb.docx", "ZIP bomb"), ("bomb.ofd", "ZIP bomb"), ("bomb.xlsx", "ZIP bomb"), ("xxe.docx", "DTD"), ("laughs.ofd", "DTD"),
        ("xxe.xlsx", "DTD"), ("deep.docx", "deep"), ("wrong.pdf", "no PDF"), ("lost.pdf", "its 2 pages are damaged: get the file again"), ("rar.zip", "a RAR archive: unpack it"), ("large.txt", "larger than 8 MB.*POLICY_FILE_MB"),
    ],
)  # fmt: skip
def test_its_line_says_what_is_wrong(pass_over_all: tuple[IngestReport, Library], name: str, reason: str) -> None:
    assert re.search(reason, entry(pass_over_all[0], name).reason or "")


def test_the_good_file_among_them_goes_in(pass_over_all: tuple[IngestReport, Library]) -> None:
    report, library = pass_over_all
    assert entry(report, "good.txt").status == "added"
    assert library.document_ids() == ["good"]
    assert report.failed


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "home" / "library.sqlite")


def test_what_takes_too_much_memory_is_given_up(library: Library, tmp_path: Path) -> None:
    file = tmp_path / "b.docx"
    file.write_bytes(bomb("word/document.xml", 240))
    assert "POLICY_FILE_MEMORY" in str(add(library, [file], limits=Limits(memory=160)).files[0].reason)


def test_what_takes_too_long_is_given_up_and_the_next_file_goes_in(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.html").write_bytes(b"<div>" * 150_000)
    (folder / "c.docx").write_bytes(docx(paragraph("到2020年，再生水利用率达到70%以上。")))
    report = add(library, [folder], limits=Limits(seconds=6))
    assert {Path(f.path).name: f.status for f in report.files} == {
        "a.html": "failed",
        "c.docx": "added",
    }
    assert "given up after 6 s: split it, or raise POLICY_FILE_SECONDS" in str(report.files[0].reason)


def test_names_that_lead_out_of_an_archive_write_nothing_and_are_named(library: Library, tmp_path: Path) -> None:
    members = {
        "good.txt": GOOD,
        "../../out.txt": GOOD,
        "/abs.txt": GOOD,
        "c:/x.txt": GOOD,
        "sub/in.zip": zipped({"a.txt": GOOD}),
        "x.bin": "x",
    }
    file = tmp_path / "folder" / "a.zip"
    file.parent.mkdir()
    file.write_bytes(zipped(members))
    before = sorted(path.name for path in tmp_path.parent.rglob("*.txt"))
    report = add(library, [file])
    assert library.document_ids() == ["a.zip/good", "a.zip/sub/in.zip/a"]
    assert report.counts == {"added": 2, "failed": 3, "skipped": 1}
    assert sorted(path.name for path in tmp_path.parent.rglob("*.txt")) == before


def test_archives_inside_archives_are_read_three_deep_and_the_rest_is_named(library: Library, tmp_path: Path) -> None:
    four = zipped({"d.txt": GOOD})
    three = zipped({"c.txt": GOOD, "four.zip": four})
    members: dict[str, str | bytes] = {
        "two.zip": zipped({"b.txt": GOOD, "three.ZIP": three, "../out.txt": GOOD}),
        "locked.zip": protected(),
        "cut.zip": zipped({"a.txt": GOOD})[:60],
        "bomb.zip": bomb("x.txt"),
        "none.zip": zipped({}),
        "wrong.txt": zipped({"a.txt": GOOD}),
    }
    (tmp_path / "a.zip").write_bytes(zipped(members))
    report = add(library, [tmp_path / "a.zip"], limits=LIMITS)
    assert library.document_ids() == ["a.zip/two.zip/b", "a.zip/two.zip/three.ZIP/c"]
    reasons = {file.path.removeprefix(f"{tmp_path}/"): str(file.reason) for file in report.files if file.reason}
    assert {name: reason for name, reason in reasons.items() if "none.zip" in name} == {
        "a.zip/none.zip": "no document in it"
    }
    for name, words in {
        "a.zip/two.zip/three.ZIP/four.zip": "more than 3 archives inside each other: unpack it",
        "a.zip/two.zip/../out.txt": "leads out of the archive",
        "a.zip/locked.zip/a.txt": "encrypted",
        "a.zip/cut.zip": "damaged or cut short",
        "a.zip/bomb.zip/x.txt": "more than 8 MB",
        "a.zip/wrong.txt": "name it .zip",
    }.items():
        assert words in reasons[name], name


def test_bounds_hold_over_all_archives_inside_an_archive_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = zipped({f"{n}.txt": GOOD for n in range(6)})
    file = tmp_path / "a.zip"
    file.write_bytes(zipped({f"{n}.zip": inner for n in range(6)}))

    def members(wanted: bool = True) -> list[nested.Member]:
        with file.open("rb") as opened:
            return nested.Archive(opened, 1 << 20).members(lambda name: wanted)

    assert len(members()) == 36
    monkeypatch.setattr(nested, "UNPACKED", 35 * len(GOOD.encode()) + 6 * len(inner))
    with pytest.raises(Unreadable, match="ZIP bomb"):
        members()
    assert len(members(wanted=False)) == 36
    monkeypatch.setattr(nested, "MEMBERS", 41)
    with pytest.raises(Unreadable, match="more than 41 files"):
        members(wanted=False)


def test_a_document_under_the_name_of_an_archive_and_a_name_given_twice_are_said(
    library: Library, tmp_path: Path
) -> None:
    (tmp_path / "a.zip").write_bytes(docx(paragraph("一")))
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("a.txt", GOOD)
        archive.writestr("a.txt", GOOD + "另一份。")
    report = add(library, [tmp_path / "a.zip", tmp_path / "b.zip"])
    assert [file.reason for file in report.files if file.status == "failed"] == [
        "it is no archive but a document: name it .docx",
        "another file in the archive has this name, too: give each its own",
    ]
    assert library.document_ids() == ["b.zip/a"]


def test_a_link_in_an_archive_and_one_in_a_folder_lead_nowhere(library: Library, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("不可外传的内容。", "utf-8")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "out.txt").symlink_to(secret)
    link = zipfile.ZipInfo("link.txt")
    link.external_attr = 0o120777 << 16
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(link, str(secret))
    add(library, [folder])
    assert not any("不可外传" in document.text for document in library.documents())


def test_the_reading_process_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from corpus.sandbox import Sandbox

    monkeypatch.setenv("POLICY_ADMIN_PASSWORD", "geheim")
    with Sandbox(LIMITS) as sandbox:
        sandbox.ask({"kind": "members", "path": str(tmp_path)}).result()
        (process,) = sandbox._all
        environment = Path(f"/proc/{process._process.pid}/environ").read_bytes()
    assert b"geheim" not in environment and b"POLICY_" not in environment


def test_a_file_of_the_folder_that_could_not_be_read_is_not_read_again_until_it_changes(
    library: Library, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    file = folder / "a.pdf"
    file.write_bytes(b"%PDF-1.7\n rubbish")
    os.utime(file, (1, 1))
    first = follow(library, folder)
    library.put_unread(str(file), replace(library.unread()[str(file)], reason="noted"))
    again = follow(library, folder)
    assert first.failed and again.failed
    assert again.files[0].reason == "noted"
    file.write_bytes(pdf([drawn([(80, 700, "深圳市人民政府的通知内容")])]))
    assert follow(library, folder).counts == {"added": 1}
    assert not library.unread()
