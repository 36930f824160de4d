"""Tell the years that a question asks for from those by which it calls a document: 2005年质量兴市那份. Knows no documents."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.deadlines import Deadline, years_in
from corpus.document import Span

_SPOKEN = re.compile(  # 05年, 两千年, 一五年底; two digits that may count years (15年) only where they cannot
    r"(?<!\d)(?:(?P<short>0\d)年(?!级|内|期)|(?P<late>[1-2]\d)年(?=底|末|(?:那|这)份|的?(?:那|这)个?(?:文件|意见|通知|办法))|(?P<two>[两二]千)年)"
)
_BARE = re.compile(r"(?<![\d.a-z/-])(?:19|20)\d\d(?![\d.年%/-]|[个家件项万元])")
_WHEN = r"(?:那会儿|那阵子?|那时候?|的?时候|当时|时|前后)?"
_ISSUES = r"(?:[一-鿿]{0,6}?(?:印发|发布|制定|出台|转发|下发|定|发|出|下)的?)?"
_WORDS = r"[^,。;?!:的哪谁几多]{0,12}?"
_PAPER = r"(?:文件|意见|通知|办法|决定|纲要|方案|那个文|的文(?=[,里]))"
_CALLS = re.compile(
    rf"年?{_WHEN}(?:那|这|的)?{_ISSUES}(?:那|这)?(?:一?[份个])?的?(?P<kind>{_WORDS}){_PAPER}"
    rf"|年?{_WHEN}(?:那|这)一?份(?P<after>[^,。;?!:的里]{{2,8}}?)(?=里|中|,)"
    rf"|年?的?(?P<before>{_WORDS})(?:那|这)一?份(?:[^,。;?!:的]{{0,10}}?{_PAPER})?"
    rf"|年?{_WHEN}的?(?:省里|市里|县里|上头|(?!哪)[一-鿿]{{2,3}}省?)?的?{_ISSUES}老?(?:规矩|说法|做法|规定|要求)(?!达)"
)
_LEADS = re.compile(r"(?:按照|依照|根据|按|照|依)$")
_GENERIC = re.compile(rf"{_PAPER}|若干|实施|质量(?=$)|省里|市里|[那这]?一?[个份]|[那这]|关于|说|抓|的")
_LEAST = 2  # characters by which a document can be told from others


@dataclass(frozen=True)
class Dating:
    """The years of a question: ``asked`` for, and those it calls documents by; ``spans``: how it calls them; ``words``: of what."""

    asked: tuple[Deadline, ...]
    called: tuple[Deadline, ...]
    spans: tuple[Span, ...] = ()
    words: str = ""


def dating(folded: str, covered: Sequence[Span] = ()) -> Dating:
    """Return the years of a folded question; what lies in a ``covered`` span (a document's number, a title) is none.

    >>> [d.year for d in dating("按05年省里那个意见").called], [d.year for d in dating("2015年的目标").asked]
    ([2005], [2015])
    """
    years = [d for d in years_in(folded) if not _inside(d.span, covered)]
    for d in (*_spoken(folded), *(Deadline(int(m[0]), Span(*m.span())) for m in _BARE.finditer(folded))):
        if not _inside(d.span, covered) and all(
            d.span.end <= y.span.start or y.span.end <= d.span.start for y in years
        ):
            years.append(d)
    calls = {d: m for d in years if (m := _CALLS.match(folded, d.span.end))}
    words = " ".join(filter(None, (_telling(m["kind"] or m["before"] or m["after"] or "") for m in calls.values())))
    spans = tuple(Span(_start(folded, d.span.start), m.end()) for d, m in calls.items())
    return Dating(tuple(d for d in years if d not in calls), tuple(calls), spans, words)


def _spoken(folded: str) -> list[Deadline]:
    """The years that people shorten."""
    return [Deadline(2000 + int(m["short"] or m["late"] or 0), Span(*m.span())) for m in _SPOKEN.finditer(folded)]


def _start(folded: str, at: int) -> int:
    lead = _LEADS.search(folded, 0, at)
    return lead.start() if lead else at


def _telling(words: str) -> str:
    """The words that tell which document is called; "" where they would fit any."""
    kept = re.sub(r"\s+", "", _GENERIC.sub(" ", words))
    return kept if len(kept) >= _LEAST else ""


def _inside(span: Span, covered: Sequence[Span]) -> bool:
    return any(c.start <= span.start and span.end <= c.end for c in covered)
