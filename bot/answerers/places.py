"""Sort what was found by the place and the documents that a question asks for."""

import re
from collections.abc import Iterable, Sequence

import rjieba

from bot.inquiry import Found
from bot.matching import Frequencies
from bot.slots import covers, names_place, of_place
from bot.understand import Understood
from corpus.document import Document
from corpus.fold import fold
from corpus.gazetteer import Region

_BEFORE_YEAR = re.compile(r"(?P<words>[一-鿿]{2,6})(?=(?:19|20)\d\d)")


def places_of(u: Understood) -> tuple[Region, ...]:
    """Return the regions that a question names, every meaning of an ambiguous name included."""
    return tuple(region for meanings in u.regions for region in meanings)


def named_documents(u: Understood, documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the documents that a question names by number or title."""
    wanted = {_plain(number) for number in u.numbers}
    titles = [_plain(title) for title in u.titles]
    return tuple(
        d for d in documents if (d.number and _plain(d.number) in wanted) or any(_titled(title, d) for title in titles)
    )


def _titled(title: str, document: Document) -> bool:
    own = [_plain(document.title), *(_plain(enclosed.title) for enclosed in document.encloses)]
    return any(title in name or name in title for name in own)


def called_by_year(u: Understood, documents: Iterable[Document]) -> tuple[Document, ...]:
    """Return the documents that a question calls by the year they were issued in: 2005年那份文件.

    Where it also says what they are about, and some are, only those: 2005年质量兴市那份.
    """
    years = {str(year) for year in u.document_years}
    of_year = tuple(d for d in documents if (d.issued or d.published or (d.number or "")[-12:])[:4] in years)
    return tuple(d for d in of_year if about(u.called, d)) or of_year


def about(words: str, document: Document) -> bool:
    """Tell whether a document's title has half of the pairs of characters by which it is called, or more."""
    titles = fold(" ".join((document.title, *(enclosed.title for enclosed in document.encloses))))
    pairs = [run[i : i + 2] for run in words.split() for i in range(len(run) - 1)]
    return 2 * sum(pair in titles for pair in pairs) >= len(pairs)


def strange_place(u: Understood, frequencies: Frequencies) -> str:
    """Return what a question names as a place and no passage knows (东京, 火星2015年); "" where it names none or a known one.

    ``frequencies``: see ``matching.weigh``.
    """
    if u.regions:
        return ""
    before = _BEFORE_YEAR.search(u.folded)
    named = [word for word, tag in rjieba.tag(u.content.encode("utf-8", "replace").decode()) if tag == "ns"]
    if before:
        word, tag = rjieba.tag(before["words"])[-1]
        named += [word] if tag.startswith("n") else []
    for word in (w for w in named if len(w) > 1):
        holds, _ = frequencies([word[i : i + 2] for i in range(len(word) - 1)])
        if not any(holds.values()):
            return word
    return ""


def split_by_place(
    places: Sequence[Region], found: Sequence[Found], unwanted: Sequence[Region] = ()
) -> tuple[list[Found], list[Found]]:
    """Return what speaks for the places, and the rest; everything where no place is named.

    A passage speaks for a place if its document is that place's own, or if its own words name it; no document of an
    ``unwanted`` place does.
    """
    if not places:
        return list(found), []
    own = [f for f in found if speaks_for(places, f) and not of_place(unwanted, f.document)]
    return own, [f for f in found if f not in own]


def speaks_of(places: Sequence[Region], document: Document) -> bool:
    """Tell whether a document is of one of the places, or inside one, or holds one; True where no place is named."""
    return not places or of_place(places, document) or any(covers(place, document) for place in places)


def speaks_for(places: Sequence[Region], f: Found) -> bool:
    """Tell whether a find is about one of the places."""
    return of_place(places, f.document) or names_place(places, f.passage.text) or names_place(places, f.document.title)


def _plain(text: str) -> str:
    return re.sub(r"\W", "", fold(text))
