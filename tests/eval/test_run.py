"""Runs: asked once, read back whole, scored without asking, compared question by question."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer, Filters, Turn
from bot.chatbot import Chatbot
from bot.settings import Settings
from eval.kept import Kept, NotARun, answer_of, read_run
from eval.ledger import row
from eval.questions import Question, read_questions
from eval.run import run
from eval.scoring import compare, keep_scores, means, score
from eval.table import told

ROWS = [
    {
        "id": "right",
        "question": "深圳2015年饮用水源达标率目标",
        "answers": ["98%以上"],
        "document_ids": ["shenzhen-2010-183"],
        "quotes": ["饮用水源水质达标率98%以上"],
        "kind": "lookup",
    },
    {
        "id": "follow",
        "question": "那广东省到2010年呢？",
        "history": ["深圳2015年饮用水源达标率目标"],
        "answers": ["95%以上"],
        "document_ids": ["guangdong-2005-90"],
        "quotes": ["饮用水源水质达标率95%以上"],
        "kind": "followup",
    },
    {
        "id": "absent",
        "question": "上海2015年饮用水源达标率目标",
        "answerable": False,
        "status": "not_found",
        "reason": "region",
        "near_miss": ["饮用水源水质达标率98%以上"],
        "kind": "absent",
    },
    {"id": "wrong", "question": "深圳2015年饮用水源达标率目标", "answers": ["12%"], "kind": "lookup"},
]


class Dumb:
    """Stands beside the real chatbot with the same parts and refuses everything."""

    def __init__(self, chatbot: Chatbot) -> None:
        self.library, self.find = chatbot.library, chatbot.find

    def ask(self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()) -> Answer:
        return Answer(question, question, "", "没有找到。", "not_found", "topic")


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("set") / "small.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def questions(path: Path) -> tuple[Question, ...]:
    return read_questions(path)


@pytest.fixture(scope="module")
def kept(chatbot: Chatbot, path: Path, questions: tuple[Question, ...], settings: Settings) -> Kept:
    return read_run(run(chatbot, path, questions, settings, None).folder)


@pytest.fixture(scope="module")
def dumb(chatbot: Chatbot, path: Path, questions: tuple[Question, ...], settings: Settings) -> Kept:
    return read_run(run(Dumb(chatbot), path, questions, settings, None).folder)  # type: ignore[arg-type]


def test_a_run_keeps_settings_commit_set_answers_and_what_the_search_gave(kept: Kept, path: Path) -> None:
    assert {"commit", "dirty", "settings", "set_sha256", "began", "seconds"} <= set(kept.record)
    assert (kept.folder / "questions.jsonl").read_bytes() == path.read_bytes()
    assert list(kept.answers) == list(kept.ranked) == [row["id"] for row in ROWS]
    for passages in kept.ranked.values():
        for passage in passages:
            source = kept.sources.get(passage.document_id)
            assert source is None or source.passages[passage.id] == passage.spans


def test_an_answer_is_read_back_as_it_was_written(chatbot: Chatbot) -> None:
    answer = chatbot.ask(ROWS[0]["question"])
    assert answer_of(json.loads(json.dumps(answer.as_dict()))) == answer


def test_a_scored_run_says_what_is_right(kept: Kept, questions: tuple[Question, ...]) -> None:
    scored = {s.id: s for s in score(questions, kept)}
    assert [scored[id].values["right"] for id in ("right", "follow", "absent", "wrong")] == [1, 1, 1, 0]
    assert scored["right"].values["quantity_exact"] == scored["right"].values["citation_found"] == 1
    assert scored["right"].values["hit@10"] == 1 and scored["absent"].values["hit@10"] is None


def test_a_question_without_an_answer_counts_as_failed(kept: Kept, questions: tuple[Question, ...]) -> None:
    stopped = replace(kept, answers={}, ranked={})
    made = means(score(questions, stopped))
    assert made["right"].value == 0 and made["right"].count == len(questions)
    assert made["ndcg@10"].value == 0 and made["citation_literal"].value == 0


def test_scores_stay_with_the_run_and_can_be_told_as_a_row_of_the_ledger(
    kept: Kept, dumb: Kept, questions: tuple[Question, ...]
) -> None:
    records = []
    for each in (dumb, kept):
        keep_scores(each, score(questions, each))
        scores = json.loads((each.folder / "scores.json").read_text(encoding="utf-8"))
        assert set(scores["questions"]) == {q.id for q in questions}
        records.append({"record": each.record, "scores": scores})
    told_row = row(records[1], "answers instead of refusals", records[0])
    assert "1/4" in told_row and "→ 3/4" in told_row and "small" in told_row


def test_two_runs_are_compared_question_by_question(kept: Kept, dumb: Kept, questions: tuple[Question, ...]) -> None:
    comparison = compare(score(questions, dumb), score(questions, kept))
    assert {now.id for _, now in comparison.better} == {"right", "follow"}
    assert not comparison.worse and {now.id for _, now in comparison.changed} == {"absent", "wrong"}
    assert comparison.difference == 0.5 and comparison.p == 0.5
    back = compare(score(questions, kept), score(questions, dumb))
    assert {now.id for _, now in back.worse} == {"right", "follow"}


def test_a_question_that_the_baseline_lacks_is_counted_and_left_out(
    kept: Kept, questions: tuple[Question, ...]
) -> None:
    before = replace(kept, answers={id: a for id, a in kept.answers.items() if id != "right"})
    comparison = compare(score(questions, before), score(questions, kept))
    assert (comparison.only_here, comparison.same, comparison.better) == (1, 3, ())


def test_the_terminal_shows_failures_in_full_and_the_table_last(kept: Kept, questions: tuple[Question, ...]) -> None:
    text = told(score(questions, kept), None)
    failure, table = text.split("kind ", 1)
    assert "✗ wrong" in failure and "✗ right" not in failure
    for part in ("expected   12%", "said       answered 98%以上", "cited      proof shenzhen-2010-183", "found      1"):
        assert part in failure
    assert "3/4" in table and "lookup" in table and "p95" in table


@pytest.mark.parametrize("name", ["run.json", "answers.jsonl", "documents.jsonl.gz"])
def test_a_folder_that_no_run_left_is_named(name: str, kept: Kept, tmp_path: Path) -> None:
    for file in kept.folder.iterdir():
        if file.name != name:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    with pytest.raises(NotARun, match=name):
        read_run(tmp_path)
