"""Sort what was found by the place and the documents that a question asks for."""

import re
from collections.abc import Iterable, Sequence

from bot.inquiry import Found
from bot.slots import covers, names_place, of_place
from bot.understand import Understood
from corpus.document import Document
from corpus.fold import fold
from corpus.gazetteer import Region


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
    """Return the documents that a question calls by the year they were issued in: 2005年那份文件."""
    years = {str(year) for year in u.document_years}
    return tuple(d for d in documents if (d.issued or d.published or (d.number or "")[-12:])[:4] in years)


def split_by_place(places: Sequence[Region], found: Sequence[Found]) -> tuple[list[Found], list[Found]]:
    """Return what speaks for the places, and the rest; everything where no place is named.

    A passage speaks for a place if its document is that place's own, or if its own words name it.
    """
    if not places:
        return list(found), []
    own = [f for f in found if speaks_for(places, f)]
    return own, [f for f in found if f not in own]


def speaks_of(places: Sequence[Region], document: Document) -> bool:
    """Tell whether a document is of one of the places, or inside one, or holds one; True where no place is named."""
    return not places or of_place(places, document) or any(covers(place, document) for place in places)


def speaks_for(places: Sequence[Region], f: Found) -> bool:
    """Tell whether a find is about one of the places."""
    return of_place(places, f.document) or names_place(places, f.passage.text) or names_place(places, f.document.title)


def _plain(text: str) -> str:
    return re.sub(r"\W", "", fold(text))
