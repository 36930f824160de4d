"""Questions that the corpus can answer, made from what it holds: to begin with, after an answer, instead of a refused one."""

from collections.abc import Iterable, Iterator, Sequence

from bot.inquiry import Draft, Inquiry
from bot.reply import place_of
from bot.slots import covers, left
from corpus.document import Document, Target
from corpus.regions import resolve

_LONGEST = 18  # characters of an indicator that reads well in a question
_SHOWN = 6  # documents that suggestions are made from
_FOLLOWING = 3  # suggestions after an answer


def examples(documents: Sequence[Document], targets: Sequence[Target], most: int = 4) -> tuple[str, ...]:
    """Return questions for targets with a deadline, from as many documents as there are, and one for a document's number."""
    by_id = {d.id: d for d in documents}
    questions, seen = [], set[str]()
    for target in targets:
        d = by_id.get(target.document_id)
        if d is None or d.id in seen or not d.region or not _asks_well(target):
            continue
        seen.add(d.id)
        questions.append(_figure_question(d, target))
    dated = [question for d in documents if (question := _date_question(d))]
    if dated:
        questions.insert(most - 1, dated[0])
    return tuple([*questions, *dated[1:]][:most])


def following(inquiry: Inquiry, draft: Draft) -> tuple[str, ...]:
    """Return what can be asked next: of the documents that the reply cites, else of the place asked about, else of any."""
    if draft.status in ("blocked", "error"):
        return ()
    cited = list(dict.fromkeys(e.document.id for e in draft.evidence))
    documents = [d for id in cited if (d := inquiry.snapshot.document(id))] or _of_place(inquiry)
    said = inquiry.question + inquiry.standalone + draft.text
    figures = (_figure_question(d, target) for d, target in _nearest(inquiry, draft, documents, said))
    dates = (_date_question(d) for d in documents if "发布" not in inquiry.question)
    asked = {inquiry.question, inquiry.standalone}
    fresh = dict.fromkeys(q for q in (*figures, *dates) if q and q not in asked)
    return tuple(fresh)[:_FOLLOWING]


def _nearest(
    inquiry: Inquiry, draft: Draft, documents: Sequence[Document], said: str
) -> Iterator[tuple[Document, Target]]:
    """Yield targets that were not spoken of, those near to what is cited first, each indicator once, two of a document."""
    seen = set[str]()
    for d in documents:
        at = next((e.span.start for e in draft.evidence if e.document.id == d.id), 0)
        targets = [t for t in inquiry.snapshot.targets([d.id]) if _asks_well(t) and t.indicator not in said]
        near = sorted(targets if d.region else (), key=lambda t: (abs(t.sentence.start - at), t.id))
        for target in _once(near, seen):
            yield d, target


def _once(targets: Iterable[Target], seen: set[str], most: int = 2) -> Iterator[Target]:
    for target in targets:
        if most and target.indicator not in seen:
            seen.add(target.indicator)
            most -= 1
            yield target


def _of_place(inquiry: Inquiry) -> list[Document]:
    """Return the first documents of the places asked about, else of all, among those that the filters leave."""
    documents = left(inquiry.snapshot, inquiry.filters)
    places = [region for name in inquiry.understood.region_names for region in resolve(name)]
    of_place = [d for d in documents if any(covers(place, d) for place in places)]
    return (of_place or list(documents))[:_SHOWN]


def _figure_question(document: Document, target: Target) -> str:
    return f"{place_of(document)}{target.year}年{target.indicator}的目标是多少？"


def _date_question(document: Document) -> str | None:
    """Return the question when a document was published, where it can be named and says so itself."""
    is_read = document.number and document.published and not {"number", "published"} & set(document.derived)
    return f"{document.number}是什么时候发布的？" if is_read else None


def _asks_well(target: Target) -> bool:
    plain = target.indicator.isalnum() and 5 <= len(target.indicator) <= _LONGEST
    return bool(
        target.year
        and target.deadline
        and plain
        and target.unit == "%"
        and target.indicator.endswith("率")
        and not target.scope
    )
