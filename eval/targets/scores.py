"""Hold the targets of a sentence against its labels. Pure; knows nothing of files."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from corpus.document import Target
from corpus.fold import fold
from eval.targets.labels import Figure, Sentence

_SAID = 0.8  # share of the labelled words that an indicator must hold
_MORE = 60  # characters that it may hold beside them
PARTS = ("value", "unit", "comparator", "indicator", "year", "kind")


@dataclass
class Scores:
    """What was found of the labels. Each list holds a 1 or a 0 for every figure it is over."""

    precision: list[int] = field(default_factory=list)  # over targets: a labelled figure
    recall: list[int] = field(default_factory=list)  # over labelled figures: found
    whole_precision: list[int] = field(
        default_factory=list
    )  # the same, with value, unit, comparator and indicator right
    whole_recall: list[int] = field(default_factory=list)
    parts: dict[str, list[int]] = field(default_factory=lambda: {part: [] for part in PARTS})
    wrong: list[str] = field(default_factory=list)  # a line for each figure with something wrong


def score(sentence: Sentence, text: str, targets: Sequence[Target], scores: Scores) -> None:
    """Add what the targets of one sentence are worth to ``scores``."""
    left = [t for t in targets if sentence.span.start <= t.span.start < sentence.span.end]
    for figure in sentence.figures:
        found = next((t for t in left if t.span.start < figure.span.end and figure.span.start < t.span.end), None)
        if found:
            left.remove(found)
        if figure.kind != "any":
            _score(sentence, text, figure, found, scores)
    for target in left:
        scores.precision.append(0)
        scores.whole_precision.append(0)
        scores.wrong.append(f"no target: {target.indicator} {target.quantity} :: {_shown(sentence, text)}")


def _score(sentence: Sentence, text: str, figure: Figure, found: Target | None, scores: Scores) -> None:
    scores.recall.append(int(found is not None))
    parts = _parts(sentence, figure, found, text) if found else {}
    whole = int(found is not None and all(parts.get(p, True) for p in ("value", "unit", "comparator", "indicator")))
    scores.whole_recall.append(whole)
    for part, right in parts.items():
        scores.parts[part].append(int(right))
    if found:
        scores.precision.append(1)
        scores.whole_precision.append(whole)
    if not found or not all(parts.values()):
        labelled = f"{'+'.join(s.of(text) for s in figure.indicator)} {figure.span.of(text)}"
        said = f"{found.indicator} {found.comparator}{found.low:g}{found.unit} {found.year}" if found else "missed"
        bad = " ".join(part for part, right in parts.items() if not right)
        scores.wrong.append(f"{bad or 'missed'}: {labelled} <- {said} :: {_shown(sentence, text)}")


def _parts(sentence: Sentence, figure: Figure, found: Target, text: str) -> dict[str, bool]:
    parts = {
        "value": (found.low, found.high) == (figure.low, figure.high),
        "unit": found.unit == figure.unit,
        "indicator": _right_words(sentence, text, figure, found.indicator),
        "kind": found.reached == (figure.kind == "state"),
    }
    if figure.comparator:
        parts["comparator"] = found.comparator == figure.comparator
    if figure.kind == "target":
        parts["year"] = found.year == figure.year
    return parts


def _right_words(sentence: Sentence, text: str, figure: Figure, said: str) -> bool:
    """An indicator is right that holds what was labelled, little more, and nothing that other figures are labelled with."""
    own, said = _letters(figure, text), "".join(c for c in fold(said) if c.isalnum())
    others = {_letters(f, text) for f in sentence.figures if f.kind != "any"}
    mixed = any(other in said for other in others if other not in own and own not in other)
    blocks = SequenceMatcher(None, own, said, autojunk=False).get_matching_blocks()
    return not mixed and sum(b.size for b in blocks) >= _SAID * len(own) and len(said) <= len(own) + _MORE


def _letters(figure: Figure, text: str) -> str:
    return "".join(c for span in figure.indicator for c in fold(span.of(text)) if c.isalnum())


def _shown(sentence: Sentence, text: str) -> str:
    return " ".join(sentence.span.of(text).split())
