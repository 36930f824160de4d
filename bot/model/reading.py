"""Read a model's reply as it streams: its short answer and its sentences, each with the numbers of the passages it names.

Two forms are read, and told apart by how the reply begins: a JSON object, and plain text with markers. Nothing that
is read is believed; every sentence comes out as plain words without markup.
"""

import html
import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.faults import ModelFault

_BRACKET = re.compile(
    r"[\[［【]\s*(?:段落|来源|资料|依据|passage)?\s*(\d{1,3}(?:\s*[,，、;；和]\s*\d{1,3})*)\s*[\]］】]", re.I
)
_SENTENCE = re.compile(rf"[^。！？\n]*(?:[。！？]+[”’」』）]*(?:[ \t]*{_BRACKET.pattern})*|\n)", re.I)
_MAYBE_MARK = re.compile(r"[ \t]*(?:[\[［【][^\]］】\n]{0,30})?$")
_SHORT = re.compile(r"^\W*(?:简答|答案|回答)\s*[:：]\s*")
_THOUGHT = re.compile(r"\s*<think(?:ing)?>.*?</think(?:ing)?>\s*", re.S | re.I)
_THINKING = re.compile(r"\s*<(?:think|thin?$|th?$|$)", re.I)
_FENCE = re.compile(r"^\s*```[a-z]*\s*", re.I)
_LIST = re.compile(r'"sentences"\s*:\s*\[')
_ANSWER = re.compile(r'"answer"\s*:\s*("(?:[^"\\]|\\.)*")')
_MARKUP = re.compile(r"[*_`~\\#<>|]+")
_REPEATED = re.compile(r"(.{4,80}?)\1{4,}$", re.S)
_TAIL, _STEP, _SAME = 480, 80, 3


@dataclass(frozen=True)
class Said:
    """A sentence of a reply, and the numbers of the passages that it names; ``ends_line`` where its line ends with it."""

    text: str
    passages: tuple[int, ...]
    ends_line: bool = False


class Reading:
    """Takes a reply piece by piece and gives its sentences as they are whole. ``short``: the short answer, once read."""

    def __init__(self) -> None:
        self.short = ""
        self._buffer, self._checked, self._began = "", 0, False
        self._seen: dict[str, int] = {}
        self._json: bool | None = None  # until the reply shows which form it has
        self._in_list = False

    def feed(self, piece: str) -> Iterator[Said]:
        """Yield the sentences that are whole by now. Raises ModelFault where the reply goes round in circles."""
        self._buffer += piece
        self._watch(piece)
        if self._json is None and not self._tell_form():
            return
        yield from self._counted(self._from_json() if self._json else self._from_text(ended=False))

    def end(self) -> Iterator[Said]:
        """Yield what is left. Raises ModelFault where a JSON object was cut off or is none."""
        if self._json is None:
            self._tell_form(ended=True)
        if not self._json:
            yield from self._counted(self._from_text(ended=True))
            return
        yield from self._counted(self._from_json())
        if not self._in_list:
            raise ModelFault("unreadable", "wrong JSON")

    def _tell_form(self, ended: bool = False) -> bool:
        """Drop what a model thinks aloud, then see whether an object begins."""
        if not ended and _THINKING.match(self._buffer) and not _THOUGHT.match(self._buffer):
            return False
        text = _THOUGHT.sub("", self._buffer, count=1).lstrip()
        if not text or (not ended and text.startswith("`") and "\n" not in text):
            return False
        if not (text := _FENCE.sub("", text).lstrip()):
            return False
        self._buffer = text
        self._json = self._buffer.startswith("{")
        return True

    def _from_json(self) -> Iterator[Said]:
        if not self.short and (answer := _ANSWER.search(self._buffer)):
            self.short = cleaned(_loaded(answer[1]))
        if not self._in_list:
            opened = _LIST.search(self._buffer)
            if not opened:
                return
            self._in_list, self._buffer = True, self._buffer[opened.end() :]
        while (start := self._buffer.find("{")) >= 0:
            try:
                item, end = json.JSONDecoder().raw_decode(self._buffer, start)
            except ValueError:
                return
            self._buffer = self._buffer[end:]
            yield from _item(item)

    def _from_text(self, ended: bool) -> Iterator[Said]:
        while found := _SENTENCE.match(self._buffer):
            if not ended and _MAYBE_MARK.match(self._buffer, found.end()):
                return  # a marker may follow
            self._buffer = self._buffer[found.end() :]
            yield from self._sentence(found[0], found[0].endswith("\n") or self._buffer.startswith("\n"))
        if ended and self._buffer.strip():
            yield from self._sentence(self._buffer, True)
            self._buffer = ""

    def _sentence(self, text: str, ends_line: bool) -> Iterator[Said]:
        numbers = _numbers(text)
        if not self._began and not self.short and (lead := _SHORT.match(text)):
            self.short = cleaned(_BRACKET.sub("", text[lead.end() :])).rstrip("。")
            self._began = True
            return
        words = cleaned(_BRACKET.sub("", text))
        self._began = self._began or bool(words)
        if words:
            yield Said(words, numbers, ends_line)

    def _counted(self, said: Iterator[Said]) -> Iterator[Said]:
        for each in said:
            self._seen[each.text] = self._seen.get(each.text, 0) + 1
            if self._seen[each.text] >= _SAME:
                raise ModelFault("endless")
            if self._seen[each.text] == 1:
                yield each

    def _watch(self, piece: str) -> None:
        """A stretch said five times over is no answer."""
        self._checked += len(piece)
        if self._checked >= _STEP:
            self._checked = 0
            if _REPEATED.search(self._buffer[-_TAIL:]):
                raise ModelFault("endless")


def cleaned(text: str) -> str:
    """Return text as it will be read: no markup, entities resolved, nothing invisible."""
    plain = html.unescape(html.unescape(text))
    plain = "".join(" " if c in "\t\r\n" else c for c in plain if c in "\t\r\n" or unicodedata.category(c)[0] != "C")
    plain = re.sub(r"^\s*(?:[-*+•·]|\d{1,2}[.、)）](?!\d))\s*", "", plain)
    return re.sub(r" {2,}", " ", _MARKUP.sub("", plain)).strip()


def _item(item: object) -> Iterator[Said]:
    """A sentence of the object, whichever way a model wrote its passages."""
    if not isinstance(item, dict) or not isinstance(item.get("text"), str):
        return
    given = item.get("passages")
    listed = given if isinstance(given, list) else [given]
    numbers = [int(n) for n in listed if isinstance(n, int | str) and str(n).isdecimal()]
    words = cleaned(_BRACKET.sub("", item["text"]))
    if words:
        yield Said(words, tuple(dict.fromkeys([*numbers, *_numbers(item["text"])])), True)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(dict.fromkeys(int(n) for m in _BRACKET.finditer(text) for n in re.findall(r"\d+", m[1])))


def _loaded(quoted: str) -> str:
    try:
        return str(json.loads(quoted, strict=False))
    except ValueError:
        return ""
