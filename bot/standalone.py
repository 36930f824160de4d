"""Make a follow-up stand alone: 「那广东省呢？」 takes over what the person asked before. Knows nothing of the corpus."""

import re
from collections.abc import Sequence

from bot.answer import Turn
from bot.understand import Understood, understand

_MAX_TURNS = 12
_OPENS = re.compile(
    r"^(?:那么?|还有|另外|再问一?下|接着|继续|然后|不对|不是|错了|我(?:是|要)?问的?是|我的意思是|我说的是|我要的?是?|换成|改成|如果是|要是)[,，、:\s]*"
)
_CORRECTS = re.compile(r"(?:我(?:是|要)?问的?是|我的意思是|我说的是|换成|改成|应该是)[,，、:\s]*(?P<rest>.+)$")
_POINTS = re.compile(
    r"它们?|该(?=[一-鿿])|此(?=[文项])|这(?:个|份|项|些|条|一)?|那(?:个|份|项|些|条)|上述|前者|后者|刚才|刚刚|上面|前面|其(?=中|[一-鿿])"
)
_COMPARES = re.compile(r"比(?!例|率|重)|放在?一起|对照")
_ASKS = re.compile(r"呢[?？。!！]*$")
_EMPTY = re.compile(
    r"^(?:比|跟|同|[那这]边|[那这]里|[那这]儿|地区|又|的|目标|指标|要求|标准|规定|数字|情况|比例|比率|数值)*$"
)
_REMARK = re.compile(
    r"^(?:哦|噢|喔|嗯|唉|好的?(?=[,，。!！]|$)|行(?=[,，。!！吧]|$)|懂了?|明白|知道了|了解了?|原来|收到|谢谢|多谢)"
)
_ASKING = re.compile(r"[?？]|[呢吗]|什么|啥|多少|哪|谁|几|怎|咋|如何|为何")
_IF = re.compile(r"^(?:如果|要是|假如|万一|若)|的话$|(?:还是|仍然?|依旧|再)(?:不|没|过不)")
_ASKED = re.compile(r"(?:先|该|要|会|应该?|得)*(?:给|受|被)?(?:怎么|怎样|如何|咋|什么|啥|哪).*$")
_AMOUNT = re.compile(r"(?P<verb>[一-鿿])多少(?P<what>[一-鿿])(?=[?？。]*$)")
_DEMAND = re.compile(r"(?:要|得|该|应|必须|需要)(?!求)[^,，。!！]*(?:多少|几).*$")
_THIS_MONEY = re.compile(r"^这(?:笔|些|份)?(?P<what>钱|款|奖金|奖励|补贴|补助|资金)")

_FIRST = re.compile(
    r"(?:回到)?我?(?:最开始|一开始|开头|最先|最早|第一[个次]?)问的?(?:那个|那座)?(?:城市|地方|省份?|地区|市)"
)


def stand_alone(question: str, history: Sequence[Turn]) -> str:
    """Return ``question`` as it would be asked without what was said before; unchanged where it already stands alone.

    Only the person's own turns are used. A topic that the new question names itself is never overwritten.
    """
    said = [turn.content for turn in history if turn.role == "user" and turn.content.strip()][-_MAX_TURNS:]
    asked = [turn for turn in said if not _REMARK.match(turn) or _ASKING.search(turn)]
    standing = ""
    for turn in [*asked, _first_place(question, asked)]:
        standing = _complete(turn.strip(), standing) if standing else turn.strip()
    return standing


def _first_place(question: str, asked: Sequence[str]) -> str:
    """Name the place that was asked about first, where a question points back to it: 我第一个问的那个城市."""
    names = next((names for turn in asked if (names := understand(turn).region_names)), ())
    return _FIRST.sub(names[0], question, count=1) if names else question


def _complete(question: str, before: str) -> str:
    now, then = understand(_bare(question)), understand(before)
    if then.kind in ("greeting", "off_topic") or now.kind in ("greeting", "off_topic"):
        return question
    if not _leans(question, now):
        return question
    if _says_something(now) and (standing := _continued(question, now, then)):
        return standing
    if _POINTS.search(question) and _says_something(now):
        return _pointed(question, now, then)
    if not _says_something(now):
        return _replaced(now, then)
    return _carried(now, then)


def _bare(question: str) -> str:
    corrected = _CORRECTS.search(question)
    words = corrected["rest"] if corrected else question
    previous = None
    while previous != words:
        previous, words = words, _OPENS.sub("", words)
    return re.sub(r"呢(?=[?？。!！]*$)", "", words) or question


def _leans(question: str, now: Understood) -> bool:
    """Whether a question cannot be understood without what was said before."""
    opener = _OPENS.match(question) is not None
    pointing = _POINTS.search(question) is not None and not now.titles and not now.numbers
    short = len(now.content.replace(" ", "")) <= 8 and not now.regions and not now.numbers and not now.titles
    return (
        opener
        or bool(_ASKS.search(question))
        or pointing
        or (short and now.kind != "documents")
        or not _says_something(now)
    )


def _says_something(now: Understood) -> bool:
    return not _EMPTY.match(now.content.replace(" ", "")) or bool(now.numbers or now.titles or now.field)


def _replaced(now: Understood, then: Understood) -> str:
    """A follow-up that names only a place or a year: the question before with these put in their stead."""
    text = then.text
    if now.region_names and then.region_names and _COMPARES.search(now.folded):
        return f"{text.rstrip('?？。').replace(then.region_names[0], f'{then.region_names[0]}和{now.region_names[-1]}', 1)}对比"
    if now.region_names and then.region_names:
        text = _swap(text, then.region_names, now.region_names[-1])
    elif now.region_names:
        text = now.region_names[-1] + text
    if now.years:
        years = re.compile(r"(?:19|20)\d\d(?=年)|[一二][〇○零一二三四五六七八九]{3}(?=年)")
        text = (
            years.sub(str(now.years[-1]), text, count=1)
            if years.search(text)
            else f"{text.rstrip('?？。')}（{now.years[-1]}年）"
        )
    return text


def _swap(text: str, old: Sequence[str], new: str) -> str:
    for i, name in enumerate(old):
        text = text.replace(name, new if i == 0 else "", 1)
    return text


def _carried(now: Understood, then: Understood) -> str:
    """A follow-up with a subject of its own: it takes over the place, year and document that it does not name."""
    if sibling := _sibling(now, then):
        return sibling
    if now.kind == "metadata" or len(now.content.replace(" ", "")) <= 2:
        return f"{_subject(then)}{now.text}"
    place = "" if now.regions or now.numbers else "和".join(then.region_names[-1:])
    year = "" if now.years or now.numbers or not then.years else f"{then.years[-1]}年"
    document = "" if now.numbers or now.titles or now.regions else _document(then)
    tail = {"figure": "是多少", "who": "是谁"}.get(then.kind, "") if now.kind == "fact" else ""
    return f"{document}{place}{year}{now.text.rstrip('?？。')}{tail}"


def _continued(question: str, now: Understood, then: Understood) -> str:
    """A follow-up that goes on with the sentence of the question before; "" where it does not.

    如果还是不合格呢 asks of the same, 那做物流的呢 the same of others, 这钱怎么分 of what was given, 那用水呢 of another use.
    """
    if now.regions or now.numbers or now.titles:
        return ""
    words, before = now.text.rstrip("?？。"), then.text.rstrip("?？。")
    if money := _THIS_MONEY.match(question):
        return f"{_subject(then)}，{money['what']}{question[money.end() :]}"
    if _IF.search(words) and not _ASKING.search(words) and (asked := _ASKED.search(before)):
        return f"{before[: asked.start()].rstrip('，,')}，{words}{asked[0]}"
    if words.endswith("的") and not _ASKING.search(words) and (demand := _DEMAND.search(before)):
        year = f"{then.years[-1]}年" if then.years else ""
        return f"{_document(then)}{''.join(then.region_names[-1:])}{year}{words}{demand[0]}"
    use = now.content.replace(" ", "")
    if len(use) == 2 and (amount := _AMOUNT.search(then.text)):
        return f"{then.text[: amount.start()]}{use[0]}多少{use[1]}"
    return ""


def _sibling(now: Understood, then: Understood) -> str:
    """The question before with its last word changed for one of the same make: 万元GDP能耗, 那水耗呢."""
    word, old = now.content.replace(" ", ""), then.content.replace(" ", "")[-len(now.content.replace(" ", "")) :]
    alike = 2 <= len(word) <= 3 and word != old and word[-1:] == old[-1:] and old in then.folded
    if not alike or now.regions or now.numbers or now.titles:
        return ""
    at = then.folded.rindex(old)
    return f"{then.text[:at]}{word}{then.text[at + len(old) :]}"


def _pointed(question: str, now: Understood, then: Understood) -> str:
    """A follow-up that points back: 它是哪个文件规定的？ — said of what the question before asked."""
    rest = _POINTS.sub("", now.text).strip(" ,，")
    if now.kind in ("source", "metadata") or len(understand(rest).content) <= 2:
        return f"{_subject(then)}{rest}"
    return _carried(understand(rest or question), then)


def _subject(then: Understood) -> str:
    """What the question before was about, without its question words."""
    return re.sub(r"(?:是|有|为)?(?:多少|什么|谁|哪[个些里]?)?(?:负责|规定)?[?？。吗呢]*$", "", then.text)


def _document(then: Understood) -> str:
    if then.titles:
        return f"《{then.titles[-1]}》"
    if then.numbers:
        return then.numbers[-1]
    return f"{then.document_years[-1]}年那份文件里，" if then.document_years else ""
