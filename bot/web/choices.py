"""What the filters of the page offer: the regions, years, issuers and documents that the library holds."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bot.answer import Filters
from bot.slots import admitted
from bot.web import texts
from corpus.document import Document
from corpus.library import Library
from corpus.regions import resolve

MOST = 400  # entries that one list can offer

Choice = tuple[str, str]  # what is shown, what is meant


@dataclass(frozen=True)
class Choices:
    """The entries of each filter, in the order they are offered."""

    regions: tuple[Choice, ...] = ()
    years: tuple[Choice, ...] = ()
    issuers: tuple[Choice, ...] = ()
    documents: tuple[Choice, ...] = ()
    held: tuple[Document, ...] = ()

    def as_lists(self) -> dict[str, tuple[Choice, ...]]:
        """Return the entries by the name of their filter."""
        return {
            "region": self.regions,
            "year": self.years,
            "issuer": self.issuers,
            "document_id": self.documents,
        }

    def documents_of(self, filters: Filters) -> tuple[Choice, ...]:
        """Return the documents that the other filters leave; none where they leave more than a list can offer."""
        ids = admitted(self.held, filters)
        left = [d for d in self.held if ids is None or d.id in ids]
        return _documents(left)

    def in_words(self, filters: Filters) -> tuple[str, ...]:
        """Return the filters that are on as a person reads them."""
        titles = {d.id: f"《{d.title}》" for d in self.held}
        shown = dict(self.regions).items()
        region = next((name for name, value in shown if value == filters.region), filters.region)
        year = texts.YEAR_OF.format(year=filters.year) if filters.year else None
        document = titles.get(filters.document_id, filters.document_id) if filters.document_id else None
        return tuple(part for part in (region, year, filters.issuer, document) if part)


def choices(library: Library) -> Choices:
    """Return what this library lets choose from."""
    documents = tuple(library.documents())
    return Choices(
        _regions(documents), _years(documents, library), _issuers(documents), _documents(documents), documents
    )


def _regions(documents: Sequence[Document]) -> tuple[Choice, ...]:
    """Return the places of the documents, and the provinces they lie in; a province stands before its cities."""
    paths = {region.path: region for d in documents if d.region for region in resolve(d.region)}
    for region in list(paths.values()):
        above = resolve(region.code[:2] + "0000") if region.code[:6].isdigit() else ()
        paths.update((each.path, each) for each in above)
    short = Counter(region.name for region in paths.values())
    named = ((r.name if short[r.name] == 1 else r.path, r.path) for _, r in sorted(paths.items()))
    return tuple(named)[:MOST]


def _years(documents: Sequence[Document], library: Library) -> tuple[Choice, ...]:
    """Return the years that documents are of, and those that targets are set for."""
    years = {int(date[:4]) for d in documents for date in (d.issued, d.published) if date}
    years |= {target.year for target in library.targets() if target.year}
    return tuple((texts.YEAR_OF.format(year=year), str(year)) for year in sorted(years, reverse=True))[:MOST]


def _issuers(documents: Sequence[Document]) -> tuple[Choice, ...]:
    counted = Counter(d.issuer for d in documents if d.issuer)
    return tuple((issuer, issuer) for issuer, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0])))[:MOST]


def _documents(documents: Sequence[Document]) -> tuple[Choice, ...]:
    if len(documents) > MOST:
        return ()
    newest = sorted(documents, key=lambda d: (d.issued or d.published or "", d.id), reverse=True)
    return tuple((f"{d.title}（{d.number}）" if d.number else d.title, d.id) for d in newest)
