"""Find the quantified commitments of a document: indicator, figure, deadline and scope, each with its span."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from corpus.clauses import clause_of
from corpus.commitments import reports, sets_rules
from corpus.document import Document, Span, Target
from corpus.fold import fold
from corpus.indicators import Indicators, scope
from corpus.outline import Placed
from corpus.quantities import Quantity, find_quantities
from corpus.row_targets import row_targets
from corpus.table_row import row_cells
from corpus.units import TIMES
from corpus.years import Deadline, years_in

WHOLE = re.compile(
    r"全部(?=\(|达到?|通过|实现|完成|符合|采用|持证|纳入|建成|取得|安装|进行|实行)|(?<![和或及、])全覆盖"
)
_FIGURES = re.compile(r"[\d〇零一二两三四五六七八九十百千万]|全部|全覆盖")  # without these there is none
_DOUBLED = re.compile(r"翻(?P<times>[一两二三12])番")
_FOLD = {"一": 2.0, "1": 2.0, "两": 4.0, "二": 4.0, "2": 4.0, "三": 8.0}
_LABELS = TIMES | {
    "周年",
    "期",
    "届",
    "号",
    "条",
    "款",
    "类",
    "级",
    "度",
    "周",
    "节",
    "次",
    "起",
}  # that rather date or name
_STATES = re.compile(
    r"(?:达到?了?|为|是|[一-鿿]{2}[至到]|降[至到]|控制在|保持在|稳定在|实现|完成|期|期限|期间|时间|年限|时限|寿命|假|不|提前|提高|减少|增加|延长|缩短|上浮|下浮|高出?|低|占|计|预期|隔离|观察|保存)[约近]?$"
)
_GIVES = re.compile(
    r"(?:处以?|给予|罚款?|奖励|奖|补助|补贴|资助|支付|缴纳|赔偿|享受|提供|安排|发放|申请|提出|享有|拨付|列支)[^,;]{0,12}$"
)
_GIVEN_AS = re.compile(
    r"的(?:[^,;的]{0,8}(?:率|比例|标准|额度|价格|幅度|速度|期限)|[^,;的]{0,10}(?:补贴|补助|奖励|资助|奖金|罚款|减免|贴息|津贴|年休假|假期|资金支持|罚金))"
)
_HOLDERS = re.compile(
    r"(?:人民币)?(?:以上|以下)?的?(?:工业|龙头|骨干|大型|超级|名牌|服务)?(?:企业|单位|项目|产业|集群|园区|集团|公司|品牌|县|强镇|镇)"
)
_DEMANDED = re.compile(r"不(?!足|满)|至[少多]|最[高低多少]|控制在")
_SIZES = ("率", "量", "数", "额", "值", "入", "积", "龄", "模")  # 年龄不低于18周岁的: said of what is counted
_DESCRIBES = re.compile(r"(?:人民币|美元)?(?:以上|以下|以内)?的(?!\d)")
_OFTEN = re.compile(r"每(?:半?年|个?月|季度?|周|天|日|学年|学期|[\d一两二三四五六]+)[^,;]{0,16}$")
_OF_YEAR = re.compile(r"(?:发生|新增|取得|实现|缴纳|获得|投放|[一-鿿]{1,6})的(?=[一-鿿])")  # 2020年度发生的亏损
_ROW = re.compile(r"、|和|及|与")
_LONGEST = 2000  # characters, above which a line without stops is no sentence
_MOST = 40  # figures, above which a sentence is a table


def targets(document: Document, placed: Sequence[Placed], deadlines: Sequence[Deadline | None]) -> Iterator[Target]:
    """Yield the targets of a document in order of their quantities.

    Standards of statutes (fines, limits of time) are targets without a deadline. ``deadlines`` holds what governs each
    placed sentence from above; a year in the sentence itself goes before it.
    """
    folded, rules = fold(document.text), sets_rules(document.title)
    for p, above in zip(placed, deadlines, strict=True):
        sentence = p.sentence.span
        if p.heading or sentence.end - sentence.start > _LONGEST:
            continue
        if cells := row_cells(folded, sentence):
            yield from row_targets(document, folded, p, above, cells)
            continue
        figures = list(_figures(folded, sentence))
        if not 0 < len(figures) <= _MOST:
            continue
        body = Span(p.sentence.marker.end if p.sentence.marker else sentence.start, sentence.end)
        read = Indicators(folded, body, figures)
        for quantity, clause in figures:
            if target := _target(document, folded, p, above, quantity, clause, read, rules):
                yield target


def _figures(folded: str, sentence: Span) -> Iterator[tuple[Quantity, Span]]:
    """Yield the figures that stand for themselves, with their clauses, in order."""
    if not _FIGURES.search(folded, sentence.start, sentence.end):
        return
    found = find_quantities(folded, sentence.start, sentence.end)
    for match in WHOLE.finditer(folded, sentence.start, sentence.end):
        found.append(Quantity(match.start(), match.end(), "=", 100.0, 100.0, "%", match.start()))
    for match in _DOUBLED.finditer(folded, sentence.start, sentence.end):
        times = _FOLD[match["times"]]
        found.append(Quantity(match.start(), match.end(), "=", times, times, "倍", match.start()))
    for quantity in _alike(folded, sorted(found, key=lambda q: q.start)):
        clause = clause_of(folded, sentence, quantity.start, quantity.end)
        if not attributive(folded, clause, quantity):
            yield quantity, clause


def _alike(folded: str, found: list[Quantity]) -> list[Quantity]:
    """90%、85%和70%以上, 不低于6%和4%: what compares one end of a row compares all of it."""
    rows = [found[:1]] if found else []
    for last, quantity in pairwise(found):
        same = quantity.unit == last.unit and _ROW.fullmatch(folded, last.end, quantity.start)
        rows[-1].append(quantity) if same else rows.append([quantity])
    return [q if len(row) == 1 else replace(q, comparator=_shared(row, q)) for row in rows for q in row]


def _shared(row: Sequence[Quantity], quantity: Quantity) -> str:
    first, last = row[0], row[-1]
    if quantity.comparator != "=" or any(q.comparator != "=" for q in row[1:-1]):
        return quantity.comparator
    after = last.comparator if last.start == last.figure else "="
    before = first.comparator if first.start < first.figure else "="
    return after if before == "=" else before if after == "=" else "="


def attributive(folded: str, clause: Span, quantity: Quantity) -> bool:
    """Tell whether a figure only describes what is counted, 产值1000万元以上的企业, 超1000亿元的名牌企业, or dates something."""
    before, after = folded[clause.start : quantity.start], folded[quantity.end : clause.end]
    exact = quantity.comparator == "=" and quantity.low == quantity.high
    if before.endswith("每") or _is_condition(folded, clause, before):
        return True
    if quantity.unit in _LABELS and exact:
        return not _dated(before, after, quantity)
    if quantity.unit == "元" and not exact and _HOLDERS.match(after):
        return True
    demanded = _DEMANDED.match(folded, quantity.start) and not before.endswith(_SIZES)
    share = quantity.unit == "%" and quantity.comparator != "="  # 60%以上的小型企业
    described = _DESCRIBES.match(after) and len(after) > 2
    if not (share or demanded) and described and not _GIVES.search(before) and not _GIVEN_AS.match(after):
        return True
    return not quantity.unit and exact and folded[quantity.end - 1] not in "万亿" and not _STATES.search(before)


def _is_condition(folded: str, clause: Span, before: str) -> bool:
    """违法所得在二十万元以上的，……: a clause that says when another holds."""
    ends = folded[clause.end - 1] == "的" and folded[clause.end : clause.end + 1] in tuple(",，;；")
    return ends and not _GIVES.search(before)


def _dated(before: str, after: str, quantity: Quantity) -> bool:
    """A time or a count of times that is itself what is set: 假期30日, 延长至8年, 提前三十日, 每年组织1次检查."""
    if quantity.unit == "次":
        return bool(_OFTEN.search(before) or _STATES.search(before))
    ahead = quantity.unit not in ("年", "月") and after.startswith("前") and re.search(r"[一-鿿]的?$", before)
    return bool(_STATES.search(before) or ahead or re.search(r"(?:由|从)(?:原来)?的?$", before))


def _target(
    document: Document,
    folded: str,
    p: Placed,
    above: Deadline | None,
    quantity: Quantity,
    clause: Span,
    read: Indicators,
    rules: bool,
) -> Target | None:
    sentence = p.sentence.span
    words = read.of(quantity, clause)
    if not words:
        return None
    own = read.words(quantity, clause)
    deadline = _deadline(folded, sentence, clause, quantity, own.base) or above
    where = scope(folded, clause, quantity, own.before)
    if where and where.of(folded) in (document.region or ""):
        where = None  # all that the document is of
    figure = Span(quantity.start, quantity.end)
    said_of_now = deadline is None or deadline.span.of(folded).startswith("截")
    return Target(
        id=f"{document.id}@{quantity.start}",
        document_id=document.id,
        indicator=re.sub(r"\s", "", "".join(span.of(document.text) for span in words)),
        quantity=document.text[quantity.start : quantity.end],
        comparator=quantity.comparator,
        low=quantity.low,
        high=quantity.high,
        unit=quantity.unit,
        span=figure,
        clause=clause,
        sentence=sentence,
        headings=tuple(re.sub(r"\s+", " ", t.of(document.text)) for t in p.section.titles),
        year=deadline.year if deadline else None,
        deadline=deadline.span if deadline else None,
        scope=where.of(document.text) if where else None,
        scope_span=where,
        reached=own.base or (said_of_now and reports(folded, sentence, clause, figure, rules)),
    )


def _deadline(folded: str, sentence: Span, clause: Span, quantity: Quantity, base: bool) -> Deadline | None:
    """The last year that the sentence names before the figure; one since when something holds, or held against, is none."""
    own = [
        d
        for d in years_in(folded, sentence.start, quantity.start)
        if not folded.startswith(("以来", "起"), d.span.end) and not _compared(folded, d, quantity, base)
    ]
    return own[-1] if own else None


def _compared(folded: str, deadline: Deadline, quantity: Quantity, base: bool) -> bool:
    """比2010年下降16%, 由2010年的35%提高到40%: the year is of what a figure is held against, unless it is that itself."""
    start = deadline.span.start
    lead = folded[max(0, start - 1) : start + 1]
    if not base and (lead[-1:] == "从" or lead[:1] in ("比", "较", "由", "与")):
        return True
    opens = start == 0 or folded[start - 1] in " ,，;；。:)、\n"
    leads = lead[-1:] in ("到", "至") or folded[start : deadline.span.end].startswith(("力争", "争取", "确保"))
    return not (opens or leads) and _OF_YEAR.match(folded, deadline.span.end) is not None
