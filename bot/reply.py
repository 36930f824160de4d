"""The words of a reply in Chinese. What it states comes from a document's identity or from what is quoted."""

import re
from collections.abc import Sequence

from bot.inquiry import Found
from corpus.document import Document, Target

GREETING = "您好！我回答政策文件里的问题：目标是多少、由谁负责、有哪些规定。每个回答都附上原文和出处；文件里没有的，我会直接说没有。"
OUT_OF_SCOPE = "这个问题不属于政策文件的范围，我只回答所收录政策文件里的内容。"
TOPIC = "所收录的文件里没有找到与这个问题有关的内容。"
FAULT = "抱歉，系统出了故障，没能回答这个问题。请稍后再试。"
BY_WORDS = "按语义查找暂时不可用，这次只按字词查找，可能有遗漏。"
UNCLEAR = "请说明您想了解什么，例如哪一项目标、由谁负责、什么时候完成。可以这样问："
AI_LABEL = "本回答由人工智能生成，仅供参考，以政策原文为准"
LEFT_OUT = "语言模型写的 {count} 句话没有原文依据，已删去。"
NEAR = "最接近的内容是（不能当作答案）："


def named(document: Document) -> str:
    """《标题》（文号）"""
    title = document.title.replace("《", "〈").replace("》", "〉")
    return f"《{title}》" + (f"（{document.number}）" if document.number else "")


def marks(numbers: Sequence[int]) -> str:
    """[1][2]"""
    return "".join(f"[{n}]" for n in dict.fromkeys(numbers))


def place_of(document: Document) -> str:
    """The last name of a document's region: 深圳市; what stands for it where the region is unknown."""
    if not document.region:
        return document.issuer or named(document)
    parts = re.findall(r".+?(?:特别行政区|自治区|自治州|自治县|地区|省|市|区|县|旗|盟)", document.region)
    return parts[-1] if parts else document.region


def deadline(target: Target) -> str:
    """到2015年, where the target has a deadline."""
    return f"到{target.year}年" if target.year and target.deadline else ""


def figure_line(document: Document, target: Target, numbers: Sequence[int], several: bool, part: str = "") -> str:
    """A target in a sentence, as an item of a list where there are several; ``part``: what part or case it is limited to."""
    when = f"{deadline(target)}的目标：" if deadline(target) and not target.reached else "："
    part = part or target.scope or ""
    limited = f"（{part}）" if part and part not in target.indicator else ""
    indicator = target.indicator.lstrip("的")
    return (
        f"{'- ' if several else ''}{place_of(document)}{when}{indicator}{limited} **{target.quantity}**{marks(numbers)}"
    )


def source_line(documents: Sequence[Document]) -> str:
    """出自《……》（……）"""
    return "出自" + "、".join(dict.fromkeys(named(d) for d in documents)) + "。"


def cell(document: Document, target: Target, several: bool, part: str) -> str:
    """The short answer for one reading: the figure, with its place or part where there are several."""
    if not several:
        return target.quantity
    return f"{part}{target.quantity}" if part else f"{place_of(document)}{target.quantity}"


def quoted(document: Document, quote: str, numbers: Sequence[int]) -> str:
    """Where it stands, and the words."""
    return f"{named(document)}写道：\n\n> {' '.join(quote.split())}{marks(numbers)}"


def missing(place: str, years: Sequence[int], subject: str) -> str:
    """What was looked for and not found."""
    when = "、".join(f"{year}年" for year in years)
    where = place + when
    return f"所收录的文件里没有找到{where + '的' if where else ''}{f'「{subject}」' if subject else '内容'}。"


def near_figure(document: Document, target: Target, numbers: Sequence[int]) -> str:
    """What the corpus has instead: the same indicator of another place or year."""
    return f"{NEAR}{figure_line(document, target, numbers, several=False)}，{source_line([document])}"


def near_quote(f: Found, quote: str, numbers: Sequence[int]) -> str:
    """What the corpus has instead: words that come near."""
    return f"{NEAR}{quoted(f.document, quote, numbers)}"
