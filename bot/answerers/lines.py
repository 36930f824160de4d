"""Answer from lines of the form 地址：…, where a question asks for what such a line is called. Knows no ranking."""

import re
from collections.abc import Iterator, Sequence

from bot.inquiry import Draft, Evidence, Inquiry
from bot.reply import quoted
from bot.slots import line_of
from corpus.document import Document, Span
from corpus.fold import fold

_ASPECTS: tuple[tuple[str, str], ...] = (  # how people ask, what such a line is called; the first that fits is meant
    (r"传真", r"传真"),
    (r"电话|联系方式|号码|怎么联系|如何联系", r"(?:联系|咨询|办公|服务|监督|投诉)?电话(?:号码)?|联系方式|热线"),
    (r"邮箱|邮件|email", r".{0,6}(?:邮箱|电子信箱|email|e-mail)"),
    (r"邮编|邮政编码", r"邮编|邮政编码"),
    (r"网址|网站|官网", r"(?:官方)?网[址站]|官网"),
    (r"(?:玩|逛|参观|游览|游玩|待|呆|用)(?:不了|上|完|得|要)?.{0,6}(?:多久|多长时间|几个?(?:小时|钟头|天)|时间)|(?:游玩|参观|游览)时(?:间|长)|玩.{0,4}时间", r"(?:建议)?(?:游玩|参观|游览)(?:时间|时长)"),
    (r"门票|票价|收费|收钱|要钱|免费|多少钱|(?:价格|票).{0,4}(?:贵|多少)|费用", r"门票|票价|价格|收费标准|收费|费用"),
    (r"(?:开放|营业|对外|开门|关门|开园|闭馆|上班|办公|受理|服务).{0,8}(?:时间|时候|几点|前儿)|(?:几点|什么时[间候]|啥时[间候]?|何时|啥前儿|时间段).{0,8}(?:开|关|对外|营业|上班|办公|受理)|开放吗|开门吗|营业吗", r"(?:开放|营业|办公|工作|受理|服务)时间"),
    (r"地址|在哪|哪里|哪儿|哪啊|位置|位于|地点|怎么走|什么地方", r"(?:详细|通讯|办公|办理|联系)?(?:地址|地点)|位置|校址"),
    (r"期限|时限|多少(?:个?工作日|天)|多久(?:能|可以)?办", r"(?:办理|办结|承诺|法定)(?:期限|时限)"),
)  # fmt: skip
_LINE = re.compile(r"[ \t]*(?P<name>[^\s:,。;?!()]{2,12})[ \t]*:(?!//)[ \t]*(?P<value>[^\n\r]*[^\s])")
_LONGEST = 400
_LITTLE = 24  # characters of a question beside the title that it names


def answer_line(inquiry: Inquiry, documents: Sequence[Document]) -> Draft | None:
    """Draft the value of the line that is asked for, of the first document that has one; None where none has."""
    names = _names_asked(inquiry.asked.text)
    if names is None or not documents or not _is_all(inquiry.asked.text, documents[0]):
        return None
    document = documents[0]
    lines = list(_lines(document, names))
    if not lines:
        return None
    lines = [(line_of(document.text, line), value) for line, value in lines]
    evidence = tuple(Evidence("proof", document, line) for line, _ in lines)
    answer = "；".join(" ".join(value.of(document.text).split()) for _, value in lines)
    said = "".join(f"\n\n{quoted(document, line.of(document.text), [n])}" for n, (line, _) in enumerate(lines, 1))
    lead = f"**{answer}**{''.join(f'[{n}]' for n in range(1, len(lines) + 1))}" if len(answer) < 60 else ""
    return Draft("answered", answer, (lead + said).strip(), evidence)


def _names_asked(question: str) -> re.Pattern[str] | None:
    """What the line is called that the last clause to ask for one asks for."""
    for clause in reversed(re.split(r"[,。;!?]+", question)):
        if name := next((name for asked, name in _ASPECTS if re.search(asked, clause)), None):
            return re.compile(name)
    return None


def _is_all(question: str, document: Document) -> bool:
    """Whether a question that names the document asks little else of it than the line."""
    title = fold(document.title).strip()
    return title not in question or len(question) - len(title) <= _LITTLE


def _lines(document: Document, names: re.Pattern[str]) -> Iterator[tuple[Span, Span]]:
    """The lines that are called so, each with its value."""
    for match in _LINE.finditer(fold(document.text)):
        opens = match.start() == 0 or document.text[match.start() - 1] in "\n\r"
        if opens and names.fullmatch(match["name"]) and match.end() - match.start() <= _LONGEST:
            yield Span(match.start("name"), match.end()), Span(match.start("value"), match.end("value"))
