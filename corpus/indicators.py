"""Find the words that say what a figure measures: its own of its clause, and what they lack of the clauses around it."""

import re
from collections.abc import Iterator, Sequence

from corpus.clauses import bracket_of, clause_of, letters, places_in
from corpus.document import Span
from corpus.quantities import Quantity
from corpus.series import Words, plain_words, split, words_of
from corpus.units import TIMES

_MEASURES = (
    r"率|量|数|度|值|额|指数|比例|比重|能耗|水耗|面积|占比|规模|天数|得分|收入|成本|水平|期限|时间|期|浓度|寿命|年限"
)
_COUNTED = rf"{_MEASURES}|企业|产品|中心|平台|项目|单位|区|基地|品牌|名牌|机构|人员|人才|市场|店\)?\"?"
_OF_WHOLE = re.compile(r"(?:按照?|依照?|以|不超过|不高于|不低于|占)[^,;]{0,24}$")
_LACKS_SUBJECT = re.compile(
    r"(?:(?:也|还|均|且|并|但|则|其中)*(?:应当?|须|必须|要|需|不得|占|比|较|同比|环比|年均|年平均|平均每年|增长|下降|提高|降低|减少|增幅|增速"
    r"|比例|比重|由|从|至少|一次性|最长|最高|最低|共计|总计|合计|其)|(?:夏季|冬季|其中|其余|城镇|农村|男性?|女性?|城市|平均|每人|人均)$)"
)
_DANGLES = re.compile(
    r"(?:由|从|在|至少|最多|分别|应当?|须|必须|不得|要|严格|都|均|共|约|达|为|到|上述|原则上|几乎|确保|力争)+$"
)
_JOINS = re.compile(r"[ 、]*(?:和|以及|与|或|(?<![普涉顾波惠危])及)$")
_NOTE = re.compile(r"\([^()]{16,}\)?$")
_MODAL = re.compile(r"^(?:应当?|须|必须|要|需|可以?|其)+")
_CHANGED = re.compile(r"(?:年均|同比)?(?:提高|增加|降低|减少|增长|下降|上升|缩短|延长)$")
_IDLE = re.compile(
    r"^(?:其中|确保|力争|争取|努力|同时|并且?|但是?|而|使(?![用馆命])|即(?![将使时])|或者?|第[一二三四五六七八九十百零〇]+条)+"
)
_FINES = re.compile(r"^(?:(?:可以|可|并|应当|应|由其?)*(?:并处|处以?))$")
_GIVES = re.compile(r"给予|予以|处以?|罚款|奖励|补助|补贴|资助|支付|发放|贴息|返还|减免|减征|赔偿|缴纳|降低|担保费率")
_CASE = re.compile(
    r"^(?:但|同时|并|其中)?(?:对|凡|给(?!予)|向|违反|获得|属于|符合|有下列)|(?:的|者|情形|企业|单位|人员|个人|机构)$"
)
_LIMIT = re.compile(r"(?:起|后|内|时|前|应当?|须|应|在|于|必须|不得超过)$")
_BACK = 6  # clauses before its own in which a figure's indicator may stand
_CASES_BACK = 4  # clauses before its own that may say for whom or when something is given
_LONGEST_CASE = 60  # characters
_SHORT = 4  # characters of an indicator that alone says little: 税率, 审限


def indicator(folded: str, body: Span, clause: Span, quantity: Quantity, figures: Sequence[Quantity]) -> list[Span]:
    """Return the words that one figure measures, as spans; ``figures`` are all of the sentence that stand for themselves."""
    clauses = [(q, clause_of(folded, body, q.start, q.end)) for q in figures]
    own = next((c for q, c in clauses if q == quantity), clause)
    return Indicators(folded, body, clauses).of(quantity, own)


def scope(folded: str, clause: Span, quantity: Quantity, before: Sequence[Span] = ()) -> Span | None:
    """Return the sub-region that a figure is limited to: directly before it, or what its clause or bracket opens with.

    ``before`` are the words of the figure's indicator: what stands among them is part of a name, unless it opens them.
    """
    bracket = bracket_of(folded, clause, quantity)
    left = bracket.start + 1 if bracket else clause.start
    while left < quantity.start and folded[left] in " 、":
        left += 1
    places = places_in(folded, left, quantity.start)
    if not places:
        return None
    inside = [s for s in before if s.start < places[-1].end and places[-1].start < s.end]
    adjoining = None if inside or letters(folded, [Span(places[-1].end, quantity.start)])[6:] else places[-1]
    return adjoining or (places[0] if places[0].start == left and not folded.startswith("的", places[0].end) else None)


class Indicators:
    """The indicators of one sentence's figures. ``figures``: each that stands for itself, with its clause, in order."""

    def __init__(self, folded: str, body: Span, figures: Sequence[tuple[Quantity, Span]]) -> None:
        self.folded, self.body = folded, body
        self._of_clause: dict[Span, list[Quantity]] = {}
        for quantity, clause in figures:
            self._of_clause.setdefault(clause, []).append(quantity)
        self._words = {
            (quantity.start, clause): words
            for clause, own in self._of_clause.items()
            for quantity, words in zip(own, words_of(folded, body, clause, own), strict=True)
        }

    def words(self, quantity: Quantity, clause: Span) -> Words:
        """Return the words of its clause that belong to a figure."""
        return self._words[(quantity.start, clause)]

    def of(self, quantity: Quantity, clause: Span) -> list[Span]:
        """Return the words that a figure measures, as spans in order; none where the sentence does not say.

        A clause that holds nothing else takes the words of the clause before it: 合格率，珠江三角洲地区达到95%，粤北达到90%.
        """
        words = self.words(quantity, clause)
        spans = list(words.before)
        if len(self._letters(words.after)) >= 2 and not self._complete(spans, quantity, words.after):
            spans += words.after
        if self._limits(quantity, spans) and (after := self._clause_after(clause)):
            spans += after
        spans = list(self._trimmed(spans))
        if len(self._letters(spans)) < 2:
            spans = self._subject(clause, 3)
        elif _LACKS_SUBJECT.match("".join(s.of(self.folded) for s in spans)):
            spans = [*self._subject(clause, 2), *spans]
        said = "".join(s.of(self.folded) for s in spans)
        if len(said) <= _SHORT or _GIVES.search(said):
            spans = [*self._case(clause, quantity, spans), *spans]
        return spans

    def _letters(self, spans: Sequence[Span]) -> str:
        return letters(self.folded, spans)

    def _complete(self, spans: Sequence[Span], quantity: Quantity, after: Sequence[Span]) -> bool:
        """What stands before the figure already names something measured, or counted where the unit counts."""
        words, unit = "".join(span.of(self.folded) for span in spans), quantity.unit
        if unit not in ("%", "", "元") and unit not in TIMES and after[0].start == quantity.end:
            return False
        if _OF_WHOLE.search(words) and unit == "%" and not re.search(r"占.*(?:比重|比例)$", words):
            return False
        named = _MEASURES if unit in ("%", "") else _COUNTED
        return bool(re.search(rf"(?:{named})(?:[^一-鿿]*|分别|均)$", words))

    def _limits(self, quantity: Quantity, spans: Sequence[Span]) -> bool:
        """A time within which something is to be done that the next clause says: 自……之日起三个工作日内，……."""
        said = "".join(s.of(self.folded) for s in spans)
        return quantity.unit in TIMES and quantity.comparator == "<=" and (not said or bool(_LIMIT.search(said)))

    def _clause_after(self, clause: Span) -> list[Span]:
        at = clause.end + 1
        if at >= self.body.end or self.folded[clause.end] not in ",，":
            return []
        following = clause_of(self.folded, self.body, at, at)
        return list(plain_words(self.folded, self.body, following, self._of_clause.get(following, ())))

    def _earlier(self, clause: Span, most: int) -> Iterator[Span]:
        """The clauses before one, the nearest first."""
        at = clause.start - 1
        for _ in range(most):
            while at > self.body.start and self.folded[at].isspace():
                at -= 1
            if at <= self.body.start:
                return
            previous = clause_of(self.folded, self.body, at, at)
            yield previous
            at = min(previous.start, at) - 1

    def _subject(self, clause: Span, least: int) -> list[Span]:
        """What the sentence speaks of before a clause: the nearest words without their figures and what changes them."""
        for previous in self._earlier(clause, _BACK):
            own = self._of_clause.get(previous, ())
            if own:
                spans = list(self.words(own[-1], previous).before)
            else:
                spans = list(plain_words(self.folded, self.body, previous, own))
            spans = list(self._trimmed(spans))
            if spans and (changed := _CHANGED.search(spans[-1].of(self.folded))):
                spans[-1] = Span(spans[-1].start, spans[-1].start + changed.start())
            said = self._letters(spans)
            if modal := _MODAL.match(said):
                spans[0] = Span(spans[0].start + modal.end(), spans[0].end)
                said = self._letters(spans)
            if len(said) >= least and not _LACKS_SUBJECT.match(said):
                return spans
        return []

    def _case(self, clause: Span, quantity: Quantity, spans: Sequence[Span]) -> list[Span]:
        """For whom or when something is given: 对获得国家级认定的企业，……给予100万元奖励."""
        if _CASE.match("".join(s.of(self.folded) for s in spans)[:4]):
            return []
        for previous in self._earlier(clause, _CASES_BACK):
            if self.folded[previous.end : previous.end + 1] in ";；":
                return []
            start = max(previous.start, self.body.start)
            said = self.folded[start : previous.end]
            if any(s.start < previous.end and previous.start < s.end for s in spans):
                continue
            if _CASE.search(said):
                found = [Span(start, previous.end)] if previous.end - start <= _LONGEST_CASE else []
                return self._own_part(clause, quantity, list(self._trimmed(found)))
        return []

    def _own_part(self, clause: Span, quantity: Quantity, case: list[Span]) -> list[Span]:
        """对国家级、省级、市级中心，分别给予200万元、100万元、50万元: each figure takes the part that stands in its place."""
        own = self._of_clause[clause]
        parts = list(split(self.folded, case[0])) if case and "分别" in clause.of(self.folded) else []
        return [parts[own.index(quantity)]] if len(parts) == len(own) > 1 else case

    def _trimmed(self, spans: Sequence[Span]) -> Iterator[Span]:
        """Leave out what joins words to figures and clauses: 其中, 的小型企业, 至少."""
        kept = [s for s in spans if s.end > s.start]
        if len(kept) > 1 and _FINES.match(kept[0].of(self.folded)):
            kept = kept[1:]
        for i, span in enumerate(kept):
            start, end = span.start, span.end
            words = span.of(self.folded)
            if i == 0 and (idle := _IDLE.match(words)):
                start += idle.end()
            joins = i == 0 or kept[i - 1].end == kept[i - 1].start
            while start < end and (self.folded[start] in " 、:" or (joins and self.folded[start] == "的")):
                start += 1
            if note := _NOTE.search(self.folded, start, end):
                end = note.start()
            if i == len(kept) - 1 and (dangles := _DANGLES.search(self.folded[start:end])):
                end = start + dangles.start()
            if i == len(kept) - 1 and (joining := _JOINS.search(self.folded[start:end])):
                end = start + joining.start()
            while end > start and self.folded[end - 1] in " 、:-":
                end -= 1
            if start < end:
                yield Span(start, end)
