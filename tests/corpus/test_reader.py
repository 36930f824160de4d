"""Reading: every encoding gives the same text, and whatever is no text gives one clear line."""

import gzip
import json
import os
from pathlib import Path

import pytest

from corpus import reader
from corpus.reader import ReadError, read, read_lines

POLICIES = sorted(Path(__file__).parents[2].glob("corpus/policies/*.txt"))
NAMES = {"utf-8-sig": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030"])
@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_every_encoding_gives_the_text_unchanged(tmp_path: Path, policy: Path, encoding: str) -> None:
    text = policy.read_bytes().decode("utf-8-sig")
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode(encoding))
    reading = read(file)
    assert reading.text == text
    assert reading.encoding == NAMES.get(encoding, encoding)
    assert reading.raw == file.read_bytes()


@pytest.mark.parametrize("text", ["各区人民政府：饮用水源水质达标率98%以上。", "深圳市", "质量\r\n强市\r第三行\n"])
def test_a_short_text_in_gb18030_is_read_as_such(tmp_path: Path, text: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode("gb18030"))
    assert (read(file).text, read(file).encoding) == (text, "gb18030")


def test_traditional_text_in_big5_is_not_taken_for_gb18030(tmp_path: Path) -> None:
    text = "第一條　為維護國民健康，特制定本法。主管機關：在中央為衛生福利部；在直轄市為直轄市政府。"
    file = tmp_path / "law.txt"
    file.write_bytes(text.encode("big5"))
    assert (read(file).text, read(file).encoding) == (text, "big5")


def test_one_broken_byte_does_not_turn_a_text_into_another_encoding(tmp_path: Path) -> None:
    text = "深入贯彻落实科学发展观，提高饮用水源水质达标率。" * 10
    file = tmp_path / "a.txt"
    file.write_bytes(text.encode()[:-1])
    assert read(file).encoding == "utf-8"
    assert read(file).text.startswith(text[:-1])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (bytes(range(256)) * 40, "UTF-8, UTF-16, GB18030 or Big5"),
        (b"\0" * 5000, "empty"),
        (b"ab\0\1\2" * 1000, "UTF-8, UTF-16"),
        (b"PK\x03\x04 ...", "ZIP is damaged"),
        (
            "한국어 문서는 읽을 수 없는 부호로 쓰여 있다. 정부 정책 자료입니다. ".encode("cp949") * 5,
            "no known encoding",
        ),
        ("Qualité élevée à l'été".encode("latin-1"), "expected UTF-8"),
    ],
)
def test_what_is_no_text_says_so_in_one_line(tmp_path: Path, content: bytes, reason: str) -> None:
    file = tmp_path / "a.txt"
    file.write_bytes(content)
    with pytest.raises(ReadError, match=reason) as error:
        read(file)
    assert str(file) in str(error.value)
    assert "\n" not in str(error.value)


def test_folders_pipes_and_missing_files_are_refused_without_waiting(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    for name, reason in {
        "folder.txt": "folder",
        "pipe.txt": "regular",
        "no.txt": "no such file",
    }.items():
        with pytest.raises(ReadError, match=reason):
            read(tmp_path / name)


def test_a_file_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with (tmp_path / "large.txt").open("wb") as file:
        file.truncate(reader.MAX_BYTES + 1)
    with pytest.raises(ReadError, match="larger than 64 MB"):
        read(tmp_path / "large.txt")


def lines(path: Path, content: bytes) -> list[reader.Line]:
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)
    return list(read_lines(path))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_broken_line_is_named_and_the_rest_goes_in(tmp_path: Path, name: str) -> None:
    good = [{"id": "1", "title": "题", "text": "文\r\n。", "number": "深府〔2010〕183号"}, {"id": "2", "text": "二"}]
    broken = [b"{", b"[1]", b'{"id": "3"}', b'{"id": "", "text": "x"}', b'{"id": 4, "text": "x"}', b"\xff\xfe"]
    broken += [
        b'{"id": "1", "text": "again"}',
        b'{"id": "5", "text": "\\ud800"}',
        b"[" * 100_000,
        b'{"id": "a\\nb", "text": "x"}',
    ]
    rows = [json.dumps(good[0], ensure_ascii=False).encode(), *broken, b"", json.dumps(good[1]).encode()]
    found = lines(tmp_path / name, b"\n".join(rows))
    assert [(line.number, line.id, line.text) for line in found if not line.error] == [
        (1, "1", "文\r\n。"),
        (len(rows), "2", "二"),
    ]
    assert found[0].given.title == "题"
    assert found[0].given.number == "深府〔2010〕183号"
    errors = [str(line.error) for line in found if line.error]
    assert [error.split(": ")[0] for error in errors] == [f"{tmp_path / name}:{n}" for n in range(2, 2 + len(broken))]
    assert not any("\n" in error for error in errors)


def test_a_damaged_archive_keeps_the_lines_before_the_damage(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    rows = [json.dumps({"id": str(n), "text": os.urandom(40).hex()}).encode() for n in range(2000)]
    file.write_bytes(gzip.compress(b"\n".join(rows))[:-2000])
    found = list(read_lines(file))
    assert len(found) > 1000
    assert "damaged" in str(found[-1].error)
    assert all(line.error is None for line in found[:-1])


def test_a_line_that_unpacks_without_end_is_cut_off_and_the_next_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_BYTES", 1 << 20)
    monkeypatch.setattr(reader, "MAX_UNPACKED", 50 << 20)
    row = b'{"id": "1", "text": "ok"}'
    first, second = lines(tmp_path / "a.jsonl.gz", b"0" * (30 << 20) + b"\n" + row)
    assert "longer than 1 MB" in str(first.error)
    assert second.text == "ok"
    (bomb,) = lines(tmp_path / "b.jsonl.gz", b"0" * (60 << 20) + b"\n" + row)
    assert "unpacks to more than 50 MB" in str(bomb.error)


def test_an_archive_under_the_name_of_lines_is_one_error_not_thousands(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(os.urandom(100_000)))
    (only,) = read_lines(tmp_path / "a.jsonl")
    assert "gzip" in str(only.error)
