"""The commands that strain a home: they run, and they see what is lost, damaged or torn."""

from pathlib import Path

import pytest

from bot.settings import Settings
from bot.start import open_parts, start
from embeddings.generations import Damaged
from embeddings.record import Given
from eval import large
from eval.crowd import crowd
from eval.strain import MADE, TWINS, made_text, twins
from eval.torture import Figures, _noted, _verify, torture


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("torture") / "home")


def test_a_kill_loses_nothing_and_the_reader_beside_it_is_answered(settings: Settings) -> None:
    figures, (seen,) = torture(settings, kills=1, readers=1, seed=3)
    assert (figures.kills, figures.lost, figures.damaged) == (1, [], [])
    assert seen.questions >= 20 and (seen.failed, seen.others, seen.first) == (0, frozenset(), "")


def test_what_was_lost_or_changed_is_seen(settings: Settings) -> None:
    start(settings)
    known: dict[str, set[str | None]] = {f"{MADE}1": {made_text(1)}}
    figures = Figures()
    _verify(settings, known, {"深圳2015年饮用水源达标率目标": "100%"}, figures)
    assert f"{MADE}1: gone" in figures.lost and figures.damaged == ["answer to 深圳2015年饮用水源达标率目标"]
    rubbish = settings.home / "library.sqlite"
    whole = rubbish.read_bytes()
    rubbish.write_bytes(b"rubbish")
    _verify(settings, {}, {"深圳2015年饮用水源达标率目标": "98%以上"}, figures)
    rubbish.write_bytes(whole)
    assert len(figures.damaged) > 1


def test_a_vector_that_is_not_the_records_is_seen(settings: Settings) -> None:
    parts = open_parts(settings)
    passages = parts.library.passages()
    assert parts.index.verify(parts.record) == len(passages)
    for given, sign in ((passages, 0), (passages[1:], 1), (passages, -1)):
        other = Given(given)
        keys = other.contents().digests if sign else ()
        other.keep({key: sign * row for key, row in parts.record.vectors(keys).items()})
        with pytest.raises(Damaged):
            parts.index.verify(other)


def test_a_document_may_be_as_before_or_as_intended_until_it_is_done() -> None:
    known: dict[str, set[str | None]] = {"a": {"old"}}
    _noted(known, "begins", "change", {"a": "new", "b": "first"})
    assert known == {"a": {"old", "new"}, "b": {None, "first"}}
    _noted(known, "done", "change", {"a": "new", "b": None})
    assert known == {"a": {"new"}, "b": {None}}


def test_readers_are_never_answered_from_two_generations(tmp_path: Path) -> None:
    found = crowd(Settings(home=tmp_path / "home"), documents=6, readers=1, batch=3)
    assert (found.documents, found.generations) == (6, 2)
    (seen,) = found.seen
    assert seen.questions > 20 and (seen.failed, seen.torn, seen.first) == (0, 0, "") and seen.others <= found.whole


def test_made_texts_differ_and_twins_share_their_figure() -> None:
    assert made_text(1) == made_text(1) != made_text(2)
    assert all("25.5%以上" in text and name[5:8] in text for name, text in twins(25).items())
    assert all(name[5:8] in TWINS for name in twins(1))


def test_a_large_library_is_made_from_document_lines_and_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POLICY_HOME", str(tmp_path / "home"))
    assert large.main(["--data", str(tmp_path)]) == 2 and "No document lines" in capsys.readouterr().err
    lines = [f'{{"id": "d{n}", "title": "第{n}号试验区通知", "text": "全市造林{n}万亩。"}}\n' for n in range(30)]
    (tmp_path / "lines.jsonl").write_text("".join(lines), "utf-8")
    assert large.main(["--data", str(tmp_path), "--passages", "10"]) == 0
    assert "30 documents, 30 passages" in (out := capsys.readouterr().out) and "one document added" in out
