"""Take out of a text what tells who a person is: telephone and identity numbers, bank cards, mail addresses.

Works on the folded text, so that full-width digits and other dashes hide nothing. Knows nothing of where the text goes.
"""

import re

from corpus.fold import fold

_GAP = r"[ \-.]{0,2}"
_PERSONAL = (
    ("邮箱", r"[a-z0-9._%+\-]+ ?@ ?[a-z0-9\-]+(?:\.[a-z0-9\-]+)*\.[a-z]{2,}"),
    ("证件号", rf"[1-9](?:{_GAP}\d){{16}}{_GAP}[\dx]"),  # the identity card of today
    ("证件号", r"[1-9]\d{14}"),  # and the one before
    ("卡号", r"\d{4}(?: ?\d{4}){3}(?: ?\d{1,3})?"),
    ("电话", rf"(?:(?:\+|00) ?86{_GAP})?1{_GAP}[3-9](?:{_GAP}\d){{9}}"),
    ("电话", rf"(?:\( ?0\d{{2,3}} ?\)|0\d{{2,3}}){_GAP}\d{{3,4}}{_GAP}\d{{4}}"),
)
_PATTERN = re.compile(
    "|".join(rf"(?P<p{n}>(?<![a-z0-9]){pattern}(?![a-z0-9]))" for n, (_, pattern) in enumerate(_PERSONAL))
)


def mask(text: str) -> str:
    """Return ``text`` with every personal number and address replaced by its kind.

    >>> mask("请回电１３８ 0013 8000，深府〔2010〕183号")
    '请回电【电话】，深府〔2010〕183号'
    """
    shown, end = [], 0
    for found in _PATTERN.finditer(fold(text)):
        kind = _PERSONAL[int(str(found.lastgroup)[1:])][0]
        shown += [text[end : found.start()], f"【{kind}】"]
        end = found.end()
    return "".join([*shown, text[end:]])
