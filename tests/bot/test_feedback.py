"""What people think of an answer is kept with it, masked, and only for answers that were given."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.answer import Answer, Citation
from bot.feedback import MAX_COMMENT, REMEMBERED, Feedback, FeedbackError, NotKept, UnknownAnswer, Verdict

CITED = Citation("proof", "a", "意见", None, None, None, None, None, (), (), "咨询电话：0755-82345678", 0, 18)
ANSWER = Answer("我13800138000问", "问", "98%", "您问「我13800138000问」[1]", "answered", citations=(CITED,), id="a1")


@pytest.fixture
def kept(tmp_path: Path) -> Feedback:
    kept = Feedback(tmp_path)
    kept.remember(ANSWER)
    return kept


def test_a_verdict_is_kept_with_its_answer(kept: Feedback) -> None:
    kept.keep("a1", Verdict(False, ("incomplete", "wrong"), "少了一项"))
    (judged,) = kept.all()
    assert (judged["answer_id"], judged["liked"], judged["comment"]) == ("a1", False, "少了一项")
    assert judged["reasons"] == ["wrong", "incomplete"]
    assert judged["answer"]["status"] == "answered"
    assert judged["answer"]["answer"] == "98%"


def test_nothing_that_tells_who_asked_is_in_the_file(kept: Feedback) -> None:
    kept.keep("a1", Verdict(False, ("other",), "回电13900139000或zhang@example.com，证件44030119900101123X"))
    stored = kept.file.read_bytes()
    for personal in ("13800138000", "13900139000", "zhang@example.com", "44030119900101123X"):
        assert personal.encode() not in stored
    (judged,) = kept.all()
    assert judged["answer"]["citations"][0]["quote"] == CITED.quote  # published text


def test_nothing_is_stored_of_an_answer_that_nobody_judges(kept: Feedback) -> None:
    assert not kept.file.exists()
    assert list(kept.all()) == []


def test_a_later_verdict_replaces_the_first(kept: Feedback) -> None:
    kept.keep("a1", Verdict(False, ("wrong",)))
    kept.keep("a1", Verdict(True))
    assert [(judged["liked"], judged["reasons"]) for judged in kept.all()] == [(True, [])]


def test_an_answer_that_was_never_given_cannot_be_judged(kept: Feedback) -> None:
    with pytest.raises(UnknownAnswer):
        kept.keep("made-up", Verdict(True))
    assert list(kept.all()) == []


def test_only_the_newest_answers_are_remembered(kept: Feedback) -> None:
    for n in range(REMEMBERED):
        kept.remember(Answer("问", "问", "", "答", "answered", id=f"n{n}"))
    kept.keep("n0", Verdict(True))
    with pytest.raises(UnknownAnswer):
        kept.keep("a1", Verdict(True))


def test_what_is_no_verdict_is_refused_with_what_was_expected() -> None:
    with pytest.raises(FeedbackError, match="wrong, source"):
        Verdict(False, ("<script>",))
    with pytest.raises(FeedbackError, match=str(MAX_COMMENT)):
        Verdict(False, (), "长" * (MAX_COMMENT + 1))


def test_old_feedback_goes_with_the_next(kept: Feedback) -> None:
    kept.keep("a1", Verdict(True))
    with sqlite3.connect(kept.file) as file:
        file.execute("UPDATE feedback SET given = '2001-01-01T00:00:00+00:00'")
    kept.remember(Answer("问", "问", "", "答", "answered", id="a2"))
    kept.keep("a2", Verdict(True))
    assert [judged["answer_id"] for judged in kept.all()] == ["a2"]


def test_threads_share_it(kept: Feedback) -> None:
    def judge(n: int) -> None:
        kept.remember(Answer("问", "问", "", "答", "answered", id=f"t{n}"))
        kept.keep(f"t{n}", Verdict(n % 2 == 0))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(judge, range(40)))
    assert len(list(kept.all())) == 40


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = Feedback(tmp_path / "file" / "home")
    kept.remember(ANSWER)
    with pytest.raises(NotKept, match=os.sep):
        kept.keep("a1", Verdict(True))
