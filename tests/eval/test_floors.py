"""The gate: no set of the project falls below its floors, floors only rise, and a planted regression turns it red."""

import subprocess
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.answer import Answer, Citation, Filters, Turn
from bot.chatbot import Chatbot
from bot.settings import ROOT, Settings
from eval import floors
from eval.floors import FLOORS, SETS, below, measure, raised, read_floors, written

FLOOR = read_floors(FLOORS)


class Misquoting:
    """The real chatbot behind a broken citation check: each quote is literal, but another stretch of its document."""

    def __init__(self, chatbot: Chatbot) -> None:
        self.library, self.index, self._chatbot, self.find = chatbot.library, chatbot.index, chatbot, chatbot.find

    def ask(self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()) -> Answer:
        answer = self._chatbot.ask(question, history, filters)
        return replace(answer, citations=tuple(map(self._moved, answer.citations)))

    def _moved(self, citation: Citation) -> Citation:
        document = self.library.document(citation.document_id)
        assert document
        start = (citation.start + len(document.text) // 2) % (len(document.text) - 40)
        return replace(citation, start=start, end=start + 40, quote=document.text[start : start + 40])


class Ungrounded:
    """The real search without the last gate: says and cites whatever is nearest, never refuses, quotes loosely."""

    def __init__(self, chatbot: Chatbot) -> None:
        self.library, self.index, self.find = chatbot.library, chatbot.index, chatbot.find

    def ask(self, question: str, history: Sequence[Turn | str] = (), filters: Filters = Filters()) -> Answer:
        passage = self.library.passage(self.index.search(question, 1)[0].passage_id) if question else None
        if passage is None:
            return Answer(question, question, "", "没有找到。", "not_found", "topic")
        document, span = self.library.document(passage.document_id), passage.spans[0]
        assert document
        loosely = span.of(document.text).replace("%", "％").replace("，", ",")
        identity = (document.id, document.title, document.number, document.issuer, document.region, None, None, (), ())
        cited = Citation("proof", *identity, loosely, span.start, span.end)
        return Answer(question, question, loosely, loosely, "answered", citations=(cited,))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every eighth question of the set that thresholds are chosen on."""
    lines = (SETS / "policies.tune.jsonl").read_text(encoding="utf-8").splitlines()[::8]
    path = tmp_path_factory.mktemp("set") / "small.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", FLOOR)
def test_no_set_falls_below_its_floors(name: str, chatbot: Chatbot, settings: Settings) -> None:
    measured = measure(chatbot, SETS / f"{name}.jsonl", settings)
    assert below({name: measured}, {name: FLOOR[name]}) == []


def test_every_set_has_floors_for_metrics_that_its_questions_ask_for() -> None:
    assert set(FLOOR) == {path.stem for path in SETS.glob("*.jsonl")}
    for least in FLOOR.values():
        assert {"right", "citation_literal", "refusal_recall"} <= set(least)


@pytest.mark.parametrize("broken", [Misquoting, Ungrounded])
def test_the_gate_turns_red_when_quotes_are_not_checked(
    broken: type, chatbot: Chatbot, small: Path, settings: Settings
) -> None:
    sound = measure(chatbot, small, settings)
    least = {"small": {name: sound[name] for name in ("citation_found", "citation_literal", "quantity_exact")}}
    assert below({"small": measure(chatbot, small, settings)}, least) == []
    faults = below({"small": measure(broken(chatbot), small, settings)}, least)
    expected = "citation_found" if broken is Misquoting else "citation_literal"
    assert any(expected in fault for fault in faults)


def test_a_fall_is_named_with_both_figures() -> None:
    (fault,) = below({"s": {"right": 0.5, "ndcg@10": 0.9}}, {"s": {"right": 0.6, "ndcg@10": 0.9}})
    assert fault == "s: right is 0.5000, below its floor of 0.6000."


def test_what_is_not_measured_any_more_is_below() -> None:
    assert below({"s": {}}, {"s": {"right": 0.1}})


def test_raised_floors_hold_what_was_measured_and_are_written_as_they_are_read(tmp_path: Path) -> None:
    new = raised({"a.b": {"right": 2 / 3, "hit@5": 1.0}}, {"a.b": {"right": 0.5, "hit@5": 1.0}})
    assert new == {"a.b": {"right": 0.6666, "hit@5": 1.0}}
    path = tmp_path / "floors.toml"
    path.write_text(written(new), encoding="utf-8")
    assert read_floors(path) == new
    assert below({"a.b": {"right": 2 / 3, "hit@5": 1.0}}, new) == []


def test_a_floor_is_never_lowered() -> None:
    with pytest.raises(ValueError, match="only rise"):
        raised({"s": {"right": 0.5, "hit@5": 1.0}}, {"s": {"right": 0.6, "hit@5": 0.0}})


def test_the_command_refuses_to_lower_and_leaves_the_file(
    chatbot: Chatbot, settings: Settings, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "floors.toml"
    file.write_text('["small"]\nright = 1.1\n', encoding="utf-8")
    monkeypatch.setattr(floors, "FLOORS", file)
    monkeypatch.setattr(floors, "SETS", small.parent)
    monkeypatch.setenv("POLICY_HOME", str(settings.home))
    before = file.read_bytes()
    assert floors.main(["--raise"]) == 1 and file.read_bytes() == before
    file.write_text('["small"]\nright = 0.0\n', encoding="utf-8")
    assert floors.main(["--raise"]) == 0 and read_floors(file)["small"]["right"] > 0


def test_no_floor_is_lower_than_in_the_last_commits() -> None:
    now = {(name, metric): floor for name, least in FLOOR.items() for metric, floor in least.items()}
    for commit in ("HEAD", "HEAD^"):
        shown = subprocess.run(
            ["git", "-C", str(ROOT), "show", f"{commit}:eval/floors.toml"], capture_output=True, text=True
        )
        if shown.returncode:  # no git, no such commit, or no floors yet
            continue
        for name, least in floors.tomllib.loads(shown.stdout).items():
            for metric, floor in least.items():
                assert now.get((name, metric), -1) >= floor, f"{name}: {metric} was {floor} in {commit}"
