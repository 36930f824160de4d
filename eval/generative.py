"""Measure what the bot adds to the time until a chat model's first sentence is shown: python -m eval.generative

The model is a local endpoint that says a known sentence at a known pace, so its own time is known: until the end of the
sentence and its marker, by the clock of the endpoint. Knows nothing of the quality of answers.
"""

import argparse
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from bot.chatbot import Chatbot
from bot.settings import Settings
from bot.start import start
from eval.endpoint import Behaviour, Endpoint, Request, event, passages_in, serving

_PASSAGE = re.compile(r"^【(\d+)】", re.M)
_FIRST, _PAUSE, _SIZE = 0.3, 0.02, 4  # seconds before the first piece and between two, characters of a piece


@dataclass(frozen=True)
class Timing:
    """Seconds of one question: until the model had said its first sentence, and until the bot showed it."""

    said: float
    shown: float

    @property
    def added(self) -> float:
        return self.shown - self.said


class Clocked:
    """Says the first figure of the first passage that has one, goes on talking, and notes when the sentence was whole."""

    def __init__(self, quote: str):
        self.quote = quote
        self.whole = 0.0

    def behave(self, request: Request) -> Behaviour:
        """Say it with the marker of the passage that holds it."""
        before = passages_in(request).partition(self.quote)[0]
        number = (_PASSAGE.findall(before) or ["1"])[-1]
        sentence, rest = f"{self.quote}。[{number}]", f"此外，{self.quote}。[{number}]" * 2

        def stream(_: Request) -> Iterator[tuple[float, str]]:
            text = sentence + rest
            for n in range(0, len(text), _SIZE):
                yield (_PAUSE if n else _FIRST), event({"content": text[n : n + _SIZE]})
                if not self.whole and n + _SIZE >= len(sentence):
                    self.whole = time.perf_counter()
            yield 0.0, event({}, "stop")

        return Behaviour(stream=stream)


def measure(chatbot: Chatbot, endpoint: Endpoint, questions: Sequence[tuple[str, str]]) -> list[Timing]:
    """Ask each question of (question, clause that answers it) and return the timings of those whose clause was shown."""
    timings = []
    for question, quote in questions:
        model = Clocked(quote)
        endpoint.does(model.behave)
        began = time.perf_counter()
        for item in chatbot.stream(question):
            if isinstance(item, str) and quote in item and model.whole:
                timings.append(Timing(model.whole - began, time.perf_counter() - began))
                break
    return timings


def questions_of(chatbot: Chatbot) -> list[tuple[str, str]]:
    """Return a question for each figure of the documents that stands in a clause of its own, with that clause."""
    found = []
    documents = {d.id: d for d in chatbot.library.documents()}
    for target in chatbot.library.targets():
        document = documents[target.document_id]
        clause = " ".join(target.clause.of(document.text).split())
        if target.year and target.indicator in clause and not re.search(r"[（(]", clause):
            found.append((f"{document.issuer}到{target.year}年{target.indicator}是多少", clause))
    return found


def main() -> None:
    """Print the median and the 95th percentile."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="times that each question is asked (%(default)s)")
    rounds = parser.parse_args().rounds
    with serving() as endpoint, TemporaryDirectory() as home:
        chatbot = start(Settings(home=Path(home), llm="openai:clock", llm_base_url=endpoint.address))
        questions = questions_of(chatbot)
        measure(chatbot, endpoint, questions[:3])  # what is loaded once
        timings = measure(chatbot, endpoint, questions * rounds)
    added = np.array([timing.added for timing in timings]) * 1000
    shares = (
        f"p50 {np.percentile(added, 50):.0f} ms, p95 {np.percentile(added, 95):.0f} ms, slowest {added.max():.0f} ms"
    )
    print(
        f"first sentence shown after the model had said it: {shares} ({len(timings)} of {len(questions) * rounds} shown)"
    )


if __name__ == "__main__":
    main()
