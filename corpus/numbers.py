"""Find document numbers (文号) in any bracket, width and spacing, and write them in one form: 粤府办〔2005〕90号."""

import re
from dataclasses import dataclass

# Folded text. The agency's abbreviation is read backwards from the year, so that a long text is scanned only once.
_NUMBER = re.compile(
    r"\(\s*(?P<year>(?:19|20)\d\d)\s*\)\s*(?:第\s*)?(?P<serial>\d{1,5})\s*号"
    r"|(?P<year2>(?:19|20)\d\d)\s*年?\s*第\s*(?P<serial2>\d{1,5})\s*号"
    r"|(?<=令)\s*第?\s*(?P<serial3>\d{1,5})\s*号"
)
_AGENCY = re.compile(r"[一-鿿]{1,12}(?:\s?[一-鿿]{1,4})?\s*$")
_LEAD_IN = re.compile(
    r"^.*(?:根据|按照|依据|结合|贯彻|落实|执行|关于|转发|印发|以及|文件|(?<!共)和|与|及|的|号|请|按|见|是|查|文号|编号|问|以|由)(?=[一-鿿])"
)
_BEFORE = 24  # characters before the year that an agency may take


@dataclass(frozen=True)
class NumberMention:
    """A document number at ``start:end`` of a text, in its one form."""

    start: int
    end: int
    number: str


def find_numbers(folded: str) -> list[NumberMention]:
    """Return the document numbers of a folded text, in order.

    >>> [m.number for m in find_numbers("按照粤府办(2005) 90 号和国发(1999)24号")]
    ['粤府办〔2005〕90号', '国发〔1999〕24号']
    """
    found, free = [], 0
    for match in _NUMBER.finditer(folded):
        agency = _AGENCY.search(folded[max(free, match.start() - _BEFORE) : match.start()])
        if agency is None:
            continue
        start = match.start() - len(agency[0])
        lead = _LEAD_IN.match(agency[0])
        start += lead.end() if lead else 0
        start += len("中华人民共和国") if folded.startswith("中华人民共和国国务院令", start) else 0
        name = re.sub(r"\s", "", folded[start : match.start()])
        if len(name) >= (1 if match["year"] else 2):
            found.append(NumberMention(start, match.end(), _write(match, name)))
            free = match.end()
    return found


def _write(match: re.Match[str], agency: str) -> str:
    if match["year"]:
        return f"{agency}〔{match['year']}〕{int(match['serial'])}号"
    if match["year2"]:
        return f"{agency}{match['year2']}年第{int(match['serial2'])}号"
    return f"{agency}第{int(match['serial3'])}号"
