"""Targets against labels: what counts as found, and what as right."""

import gzip
import json
from pathlib import Path

import pytest

from corpus.derive import derive
from corpus.document import Span
from eval.targets.__main__ import main
from eval.targets.labels import LABELS, Figure, Sentence, read_labels
from eval.targets.scores import Scores, score

TEXT = "到2015年，森林覆盖率达到41.5%以上，建成区绿地率38%。"


def labelled(*figures: Figure) -> Scores:
    scores = Scores()
    sentence = Sentence("dev", "d", Span(0, len(TEXT)), figures)
    score(sentence, TEXT, derive("d", TEXT).targets, scores)
    return scores


def figure(value: str, indicator: str, **fields: object) -> Figure:
    at, words = TEXT.index(value), TEXT.index(indicator)
    given = {"low": 41.5, "high": 41.5, "unit": "%", "comparator": ">=", "year": 2015} | fields
    return Figure(Span(at, at + len(value)), "target", (Span(words, words + len(indicator)),), **given)


GREEN = {"low": 38.0, "high": 38.0, "comparator": "="}


def test_what_is_read_as_it_is_labelled_is_right_in_every_part() -> None:
    scores = labelled(figure("41.5%以上", "森林覆盖率"), figure("38%", "绿地率", **GREEN))
    assert scores.whole_precision == scores.whole_recall == [1, 1]
    assert all(values == [1, 1] for values in scores.parts.values())
    assert scores.wrong == []


def test_a_figure_that_is_not_labelled_costs_precision_and_one_that_is_not_found_recall() -> None:
    assert labelled(figure("41.5%以上", "森林覆盖率")).precision == [1, 0]
    missing = Figure(Span(2, 6), "target", (Span(8, 13),))
    assert labelled(missing).recall == [0]


def test_a_figure_that_may_be_read_either_way_counts_nowhere() -> None:
    at = TEXT.index("38%")
    scores = labelled(figure("41.5%以上", "森林覆盖率"), Figure(Span(at, at + 3), "any"))
    assert (scores.precision, scores.recall) == ([1], [1])


def test_an_indicator_that_takes_in_another_is_wrong() -> None:
    scores = labelled(figure("41.5%以上", "绿地率"), figure("38%", "森林覆盖率", **GREEN))
    assert scores.parts["indicator"] == [0, 0]


@pytest.mark.parametrize("half", ["work", "report"])
def test_labels_hold_offsets_and_no_text(half: str) -> None:
    assert len(read_labels(half)) >= 75
    rows = [json.loads(line) for line in LABELS.read_text(encoding="utf-8").splitlines()]
    assert {key for row in rows for key in row} == {"half", "corpus", "id", "start", "end", "figures"}
    strings = {v for row in rows for f in row["figures"] for v in f.values() if isinstance(v, str)}
    assert max(map(len, strings)) <= 6


def test_the_halves_share_no_document() -> None:
    assert not {s.id for s in read_labels("work")} & {s.id for s in read_labels("report")}


def test_without_the_documents_it_says_which_file_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--data", str(tmp_path)]) == 1
    assert "cn_laws.jsonl.gz is missing" in capsys.readouterr().err


def test_it_prints_a_row_for_each_part(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for corpus, file in (("cn_laws", "corpora/cn_laws.jsonl.gz"), ("dev", "dev/documents.jsonl.gz")):
        path = tmp_path / file
        path.parent.mkdir(parents=True)
        ids = sorted({s.id for s in read_labels("work") if s.corpus == corpus})
        with gzip.open(path, "wt", encoding="utf-8") as lines:
            lines.writelines(json.dumps({"id": id, "text": ""}) + "\n" for id in ids)
    assert main(["--data", str(tmp_path), "--half", "work"]) == 0
    shown = capsys.readouterr().out
    assert "| recall | 0.0 |" in shown
    assert "| precision | – | – | 0 |" in shown
