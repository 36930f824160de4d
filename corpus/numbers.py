"""Find document numbers (文号) in any bracket, width and spacing, and write them in one form: 粤府办〔2005〕90号."""

import re
from dataclasses import dataclass

# Folded text. The agency's abbreviation: at most twelve characters, no verb that usually stands before a cited number.
_NUMBER = re.compile(
    r"(?P<agency>[一-鿿]{1,12}?(?:\s?[一-鿿]{1,4})?)\s*\(\s*(?P<year>(?:19|20)\d\d)\s*\)\s*(?:第\s*)?(?P<serial>\d{1,5})\s*号"
    r"|(?P<agency2>[一-鿿]{2,10})\s*(?P<year2>(?:19|20)\d\d)\s*年?\s*第\s*(?P<serial2>\d{1,5})\s*号"
    r"|(?P<agency3>[一-鿿]{2,10}令)\s*第?\s*(?P<serial3>\d{1,5})\s*号"
)
_LEAD_IN = re.compile(r"^.*(?:根据|按照|依据|结合|贯彻|落实|执行|关于|转发|印发|以及|文件|和|与|及|的|号|请|按|见|是|查|文号|编号|问)(?=[一-鿿])")


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
    found = []
    for match in _NUMBER.finditer(folded):
        agency = match["agency"] or match["agency2"] or match["agency3"]
        lead = _LEAD_IN.match(agency)
        start = match.start() + (lead.end() if lead else 0)
        agency = re.sub(r"\s", "", agency[lead.end() :] if lead else agency)
        found.append(NumberMention(start, match.end(), _write(match, agency)))
    return found


def _write(match: re.Match[str], agency: str) -> str:
    if match["year"]:
        return f"{agency}〔{match['year']}〕{int(match['serial'])}号"
    if match["year2"]:
        return f"{agency}{match['year2']}年第{int(match['serial2'])}号"
    return f"{agency}第{int(match['serial3'])}号"
