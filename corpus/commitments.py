"""Tell a figure that is to be reached or held from one that a text reports as it is. Works on folded text."""

import re

from corpus.document import Span

_REPORTS = re.compile(
    r"近年来|多年来|去年|上年末|已(?:经)?(?:累计|达|有|建|完成|实现|突破|超过|开|为|在|全)|累计|位居|截[至止](?!时间|日期)|目前|现在|如今|当前|迄今|位于|共有|共计|共(?=[一-鿿]{2,6}\d)|据(?:统计|介绍|了解)"
    r"|了(?=\d)|(?:提高|增长|上升|下降|达到|完成|受理|发放|检查|梳理|开辟|设置|减免|启动|采取)了|同比增长|全年累计|至此|当日|现有|\d(?:月|日)(?=,)|确诊|治愈|报告|在建"
    r"|(?:指数|率)(?:达到|达|为)\d[\d.]*%?,位居"
)
_DEMANDS = re.compile(
    r"应当?(?!急|对|用)|必须|须|力争|争取|确保|目标|指标|不得|不低于|不少于|不超过|不高于|至少|计划|预计|将(?=[^,;]{0,12}(?:达|到|新|建))|给予|予以|处以?\d|罚款|最高|原则上"
    r"|每人|按照?[^,;]{0,24}\d|提高到|提高至|降[至到]|延长[至到]|降低|减少|控制在|可(?:享|申请|达|减)|免征|期限|\d[^,;]{0,3}(?:天|日|个月|小时|年)(?:以?内|之内)"
)
_ORDERS = re.compile(
    r"^(?:并|再|全年|每年|同时|重点|加快|积极)*(?:建立|建设|培育|创建|打造|扶持|推动|培训|培养|引进|发展|新建|设立|安排|建成|推广|组织|制定|支持|鼓励)(?!了|的)"
)
_RULES = re.compile(
    r"条例|规定|办法|规划|计划|纲要|意见|方案|通知|决定|措施|法(?=[_( ]|$)|修正案|解释|批复|章程|细则|准则|标准|要点"
)
_NEAR = 12  # characters behind a figure that still speak of it


def sets_rules(title: str) -> bool:
    """Tell whether a document with this title says what is to be done, rather than what was."""
    return bool(_RULES.search(title))


def reports(folded: str, sentence: Span, clause: Span, figure: Span, rules: bool) -> bool:
    """Tell whether a figure without a deadline is a state already reached; ``rules``: its document sets rules.

    What the clause says goes before what the sentence says; where both are silent, the kind of document decides.
    """
    own = folded[clause.start : min(sentence.end, figure.end + _NEAR)]
    if _DEMANDS.search(folded[clause.start : clause.end]) or _ORDERS.match(folded[clause.start : figure.start]):
        return False
    if _REPORTS.search(own):
        return True
    before = folded[sentence.start : clause.start]
    demand, report = _DEMANDS.search(before), _REPORTS.search(before)
    if demand or report:
        return not demand
    return not rules
