"""Decode the bytes of a Chinese text file and name the encoding. Knows bytes and characters; knows nothing of files."""

import codecs
import re
from collections.abc import Iterable

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_GUESSES = ("gb18030", "big5hkscs", "utf-8", "utf-16-le", "utf-16-be")
_PREFERRED = {"gb18030": 0.1}  # others must read clearly better
_SAMPLE = 1 << 20  # bytes that a guess looks at
_PLAUSIBLE = 0.15  # share of common characters; real text has 0.4 to 0.8, the wrong encoding under 0.1
_FEW = 50  # characters; below, the share says little
_LEAST_COMMON = 0.06  # the same of the Chinese characters of a page; a list of names has 0.1, wrong glyphs 0.02
_RUBBISH = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd\ufdd0-\ufdef\ufffe\uffff]")
_MOST_RUBBISH = 0.05
_ODD = 0.1  # share of characters that no font shows, above which extracted text is garbled
_PLAIN = re.compile("[\t-\r\x20-\x7e]+")
_DECLARES = re.compile(rb"""(?:charset|<\?xml[^>]{0,80}encoding)\s*=\s*["']?\s*([\w:.-]{2,30})""", re.I)
_DECLARED_WITHIN = 4096  # bytes
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "big5hkscs": "big5hkscs"}
_NEIGHBOURS = {"euc_kr": "cp949", "cp949": "cp949", "shift_jis": "cp932", "cp932": "cp932", "euc_jp": "euc_jp"}
# The characters that statutes, notices and press reports use most, simplified and traditional, and their punctuation.
_COMMON = frozenset(
    "一七三上下不与专业个中为主了予事二于五交产京人他代以件任企会位体作使例供依保信元入全八公六共关其养内决准出分划利到制前力办加务动化北区医"
    "十单县及反发取可史各合同名后向告员周和品四园国在地场型城培基境处备复外多大好如委学安定实审家对导小就展工市平年并应府度建开式当录律得心性息情"
    "成我或所执批技护报招持按据控提收改放政教数文新方施日时明是景月有服期未本术机权条来构查标校格案检款民水治法活流济点照物特环现理生用由申电疫病"
    "的监目相省督研社科程税究立章第等管类系级组织经统罚考者职育能自营行表要规计议设证试语请调责费资边过运这进违通道部采重金长门间防际院险面项高"
    "並之九令修備內具列動務區原受司員單因國土執報字學官察實審專對屬布後應指數料於時書會核條業構標機檢權正準為營產當登發百監稅稱算組經總置職至"
    "與華處號補規訂託記設該調請證議護財費資軍轄辦選長間關限除額，。、；：（）《》〔〕“”「」　０１２３４５６７８９"
)


def decode(data: bytes) -> tuple[str, str]:
    """Return the text of ``data`` without its byte order mark, otherwise unchanged, and the encoding's name.

    By byte order mark, else strict UTF-8, else the Chinese encoding that a page or feed declares, if it gives Chinese,
    else whichever of GB18030, Big5, damaged UTF-8 and UTF-16 gives the most common characters, GB18030 first. A few
    broken bytes become U+FFFD. Raises ``ValueError`` where nothing gives text.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _held(data[len(mark) :].decode(encoding, "replace")), encoding
    if b"\0" not in data:
        try:
            return _held(data.decode("utf-8")), "utf-8"
        except UnicodeDecodeError:
            pass  # the common case of older sites: GB18030
    declared = _declared(data)
    encoding = declared if declared in _CHINESE.values() and _reads(data, declared) else _guess(data)
    text = _held(data.decode(encoding, "replace"))
    if not _plausible(text[:_SAMPLE], encoding):
        if declared in _NEIGHBOURS.values() and _reads(data, declared):  # GB18030 bytes would pass for Korean, too
            return _held(data.decode(declared, "replace")), declared
        raise ValueError(f"it is text in no known encoding (read as {encoding} it makes no sense)")
    return text, "big5" if encoding == "big5hkscs" else encoding


def readable(text: str) -> bool:
    """Tell whether text that a program has extracted is text, and not what a font without a table of characters leaves."""
    shown = "".join(text.split())
    if not shown:
        return True
    odd = sum(c in "\ufffd" or "\ue000" <= c <= "\uf8ff" or c < " " or "\x7f" <= c <= "\x9f" for c in shown)
    chinese = [c for c in shown if "\u3400" <= c <= "\u9fff"]
    return odd <= _ODD * len(shown) and (len(chinese) < _FEW or _count(chinese) >= _LEAST_COMMON * len(chinese))


def _declared(data: bytes) -> str:
    """The codec that the head of a page or feed names; "": none that we know."""
    found = _DECLARES.search(data[:_DECLARED_WITHIN])
    try:
        name = codecs.lookup(found[1].decode("ascii")).name if found else ""
    except (LookupError, UnicodeDecodeError):
        return ""
    return _CHINESE.get(name, _NEIGHBOURS.get(name, ""))


def _reads(data: bytes, encoding: str) -> bool:
    text = data[:_SAMPLE].decode(encoding, "replace")
    if encoding in _CHINESE.values():
        return text.count("\ufffd") <= _ODD * len(text) and _plausible(text, encoding)
    return "\ufffd" not in text[:-2]


def _guess(data: bytes) -> str:
    sample = data[:_SAMPLE]
    guesses = _GUESSES if len(data) % 2 == 0 else _GUESSES[:3]
    return max(guesses, key=lambda name: _share(sample.decode(name, "replace")) + _PREFERRED.get(name, 0.0))


def _share(text: str) -> float:
    foreign = _foreign(text)
    return _count(foreign) / len(foreign) if foreign else 1.0


def _plausible(text: str, encoding: str) -> bool:
    foreign = _foreign(text)
    if not foreign or _count(foreign) >= _PLAUSIBLE * len(foreign):
        return True
    return encoding == "gb18030" and len(foreign) < _FEW and _in_gb2312(foreign)


def _foreign(text: str) -> str:
    return _PLAIN.sub("", text)


def _count(characters: Iterable[str]) -> int:
    return sum(character in _COMMON for character in characters)


def _in_gb2312(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _held(text: str) -> str:
    if len(_RUBBISH.findall(text)) > _MOST_RUBBISH * len(text):
        raise ValueError("it holds binary data, not text")
    return text
