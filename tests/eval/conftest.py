"""The real chatbot over the published policies, and small cases for the metrics."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, Citation, Role, Status
from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start
from eval.gold import Case, make_case
from eval.kept import Source
from eval.questions import Question

POLICIES = Path(__file__).parents[2] / "corpus" / "policies"
TEXT = "海州市绿化意见\n到2015年，森林覆盖率达到41.5%以上，城区绿地率38%，人均公园12平方米。\n由市园林局负责。\n"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def chatbot(settings: Settings) -> Chatbot:
    return start(settings)


@pytest.fixture(scope="session")
def sources() -> dict[str, Source]:
    """The published policies as a run keeps them, without passages."""
    paths = sorted(POLICIES.glob("*.txt"))
    return {path.stem: Source(path.stem, path.read_bytes().decode("utf-8-sig"), {}) for path in paths}


def cite(quote: str, role: Role = "proof", start: int | None = None) -> Citation:
    """Return a citation of the small document."""
    begin = TEXT.index(quote) if start is None else start
    nothing = (None, None, "海州市", None, None, (), ())
    return Citation(role, "haizhou", "海州市绿化意见", *nothing, quote, begin, begin + len(quote))


def answer(said: str, *citations: Citation, text: str | None = None, status: Status = "answered") -> Answer:
    return Answer("?", "?", said, said if text is None else text, status, citations=citations)


@pytest.fixture
def case() -> Callable[..., Case]:
    """Make a case over one small document: gold by name, and the answer."""

    def make(given: Answer, **gold: Any) -> Case:
        source = Source("haizhou", TEXT, {})
        return make_case(Question("q", "?", **{"document_ids": ("haizhou",), **gold}), given, (), {"haizhou": source})

    return make
