"""Read a question that stands alone: region, year, document, kind, indicator. Knows nothing of what the corpus holds."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import rjieba

from bot.dating import dating
from corpus.cleaner import FIELD_NAMES
from corpus.document import Span
from corpus.everyday import alternatives
from corpus.fold import fold
from corpus.gazetteer import Region
from corpus.numbers import find_numbers
from corpus.quantities import Quantity, find_quantities
from corpus.regions import Mention, find_regions

Kind = Literal[
    "basis", "figure", "who", "when", "where", "list", "yes_no", "definition", "how", "why", "comparison",
    "metadata", "source", "documents", "greeting", "off_topic", "fact",
]  # fmt: skip

_METADATA = (
    ("number", r"文号|发文字号|发文号|几号文|多少号文|文件编号|什么号"),
    ("issued", r"成文日期|成文时间|印发日期|印发时间|签发|发文日期|发文时间|什么时候(?:成文|印发|发文|出台|制定)|(?:几月几号|几月几日|哪天|几号)(?:印?发|出台|下发)|(?:何时|哪年|哪天|哪一?年|哪一?天|几时|什么时候)(?:印发|出台|发文|成文|制定|下发|发的|发出)|落款"),
    ("published", r"发布日期|发布时间|公布日期|什么时候(?:发布|公布|公开)|(?:何时|哪年|哪天|哪一?年|哪一?天|几时)(?:发布|公布|公开)"),
    ("issuer", r"发文机关|发文单位|发布机构|发布单位|制定机关|谁发的|(?:谁|哪个|哪家|什么)(?:单位|部门|机关|机构|政府)?(?:发布|印发|制定|出台|发出?)的?(?:这|该|文|意见|通知|$)|由谁(?:发布|印发|制定|出台)"),
    ("title", r"全称|标题|题目|(?:文件?|意见|通知|办法|规定|政策|方案|条例|纲要|》|号|[那这]份)[^,。;?!]{0,6}叫什么|叫什么(?:文件|意见|通知)|是什么文件|哪份文件$"),
    ("encloses", r"转发(?:了|的是)?(?:什么|哪个|哪份|谁)|转发的.{0,8}(?:是什么|是谁)|(?:谁|哪(?:个|家)?(?:单位|部门|机关|机构|局|委)?)(?:起草|提出来?)的(?:意见|方案|办法|文件)?"),
    ("addressees", r"主送|(?:印|下)?发给(?:谁|哪|什么)"),
    ("attachment", r"附件(?:是|叫|有|为|里)?(?:什么|哪|几|[?。]|$)|有(?:没有)?附件|附了(?:什么|哪)"),
    ("label", FIELD_NAMES),
    ("validity", r"现行有效|是否有效|还有效|废止|失效"),
)  # fmt: skip
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("basis", r"(?:根据|依据|按照|按|遵照|贯彻|落实|为(?:了)?贯彻)(?:的是)?(?:国务院|省里?|中央|上级|国家)?的?(?:哪|什么)|(?:依据|根据)是(?:哪|什么)(?:个|份|项)?(?:文件|政策|法|规定|意见)|是?(?:根据|依据).{0,16}(?:文件|意见|决定|通知)(?:制定|开展|出台)"),
    ("source", r"(?:哪个|哪份|哪些|什么|哪一?)(?:文件|政策|意见|通知|规定)(?:里|中|上)?(?:规定|提出|提到|说|写|要求|明确)|出自|在?哪(?:个|份|一份)文件(?:上|里|中|的)|出处|来源"),
    ("comparison", r"对比|比较|相比|相差|对照|放(?:在)?一起|列个?表|区别|差别|差异|不同|哪个(?:更|高|低|多|少|大|小)|谁(?:更|高|低)|谁的.{1,16}(?:更|高|低)|分别|各(?:自|是)|高多少|低多少|差多少|vs"),
    ("documents", r"(?:有|收录|包括|包含)(?:了)?(?:哪些|什么|几个|几份|多少)(?:份|个)?(?:文件|政策|文档|资料)|(?:文件|政策)有(?:哪些|几)|哪(?:一?[份个]|些)(?:文件|通知|意见)是?由?[^,。?!]{4,20}(?:印|下)?(?:发|制定|出台|发布)的?[?。]?$"),
    ("list", r"哪(?:几|\d+|[二三四五六七八九十]+)?(?:个|类|项|种|些|方面|家|条)(?:小|大|行业|产业|企业|内容|指标|目标|方面|要求|条件|材料|任务|领域|措施)|哪(?:几|\d+|[两二三四五六七八九十]+)(?:个|类|项|种|方面|家|条|样|大|件|点|步)(?!部门|单位|机构|机关|局|委|领导|人)|都.{0,3}什么|都有哪些|有哪几"),
    ("definition", r"什么是|是什么意思|指的是|是指什么|指什么|定义|含义|什么叫|何谓|何为|怎么理解"),
    ("who", r"谁|何人|哪(?:个|些|几个|家)?(?:部门|单位|机构|机关|组织|局|委|领导|人|位)|什么(?:部门|单位|机构|人)|(?:责任|牵头|主管|主办|配合|负责|成员)(?:的)?(?:单位|部门|人)|由.{0,4}(?:负责|牵头)|组长|召集人|归.{0,6}管"),
    ("figure", r"多少|百分之几|百分比|几(?:个|家|项|件|名|人|成|倍|年|天|元|万|次|分|所|种|类|米|吨|岁|%)|多大|多高|多长|多久|第几|占比|比例是|比率是|数量|金额|标准是多|额度|(?:率|指数|能耗|水耗|满意度|授权量|数量|比重|天数)(?:的)?(?:目标|要求|指标|是多少|呢|是|值)?[?。]?$|目标(?:值|是)?[?。]?$"),
    ("when", r"什么时候|何时|几点|哪年|哪一年|哪天|哪一天|几月|几号|时间|期限|截止|截至何|到哪|日期|多早|多晚"),
    ("where", r"在哪(?:里|儿)?|哪里|何处|什么地方|地址|设在|哪些地方|地点"),
    ("yes_no", r"吗[?。]?$|(?<![什怎多要这那])么[?。]$|是否|是不是|有没有|能不能|可不可以|能否|可否|会不会|对不对|要不要|对吗|属实"),
    ("why", r"为什么|为何|原因|目的|意义|缘由"),
    ("how", r"如何|怎么|怎样|哪些措施|什么措施|哪些(?:要求|办法|做法|政策|支持|规定)|有何(?:要求|规定|措施)|流程|步骤|程序|办法|咋"),
    ("list", r"哪些|哪几|有什么|包括什么|什么(?:要求|内容|任务|目标|条件|材料)|列出|列举|罗列|几(?:大|方面)"),
)  # fmt: skip
_GREETING = re.compile(
    r"^(?:你好|您好|嗨|哈喽|hi|hello|早上好|下午好|晚上好|在吗|谢谢|多谢|感谢|再见|拜拜|你是谁|你叫什么|你能做什么|你会什么|能帮我什么|怎么用|help|帮助|你有什么功能)"
)
_OFF_TOPIC = re.compile(
    r"天气|气温|下雨|写(?:一?首|个|篇)|作诗|诗歌|笑话|讲个?故事|翻译(?:成|一下|这)|代码|python|java|编程|股票|彩票|星座|菜谱|怎么做菜|电影|歌词|唱歌|聊天|陪我|女朋友|男朋友|减肥|系统提示|提示词|prompt|system message|忽略(?:以上|之前|前面)|几点了|今天星期|足球|篮球|比分|明星|双色球|算一下|等于几|\d+\s*[+*/×÷]\s*\d+"
)
_POLICY = re.compile(
    r"政策|文件|规定|通知|意见|办法|条例|目标|指标|标准|政府|补贴|申请|办理|企业|质量|部门|责任|措施|资金|奖励|认证|监管|达标率|合格率"
)
_STOP = re.compile(
    r"请问一?下?|最(?:长|多|高|少|低|大|小|迟|晚|早)|至(?:多|少)|多长时间|多长|多久|多大|多高|多远|带数字|具体数字|数字|量化|各(?=[是有为]|多少|$|[,。?])|听说|据说|是真的|真的|我记得|好像|两[市地省]|三[市地家]|麻烦|帮我|帮忙|查(?:一下|下)|查询一下|告诉我|我想(?:知道|了解|问)?|想(?:知道|了解|问)一?下?|能不能|可不可以|谢谢|一下|到底|究竟|大概|具体|目前|现在|应该|需要|必须"
    r"|是多少|有多少|达到多少|多少|百分之几|是什么|指什么|什么意思|什么时候|什么|怎么样|怎样|怎么|如何|为什么|为何|哪一?[个些年天份家位种条]|哪里|哪儿|哪|谁|何时|几(?=[个家项件名人成倍年天元万次分所种类])"
    r"|(?:责任|牵头|配合|负责|主管|承办|成员)的?(?:单位|部门)|这一?(?:块|方面|件事|项)|(?:承担|产生)?什么后果|承担什么责任|这份|那份|那个|这个|放(?:在)?一起|列个?表|列出来|对照"
    r"|吗|呢|吧|啊|呀|嘛|的话|根据|按照|依据|关于|对于|有关|相关|文件(?:里|中)|政策(?:里|中)|规定(?:的|了)|要求(?:的|是)|提出|提到|明确|目标值|目标|指标|要求|是否|有没有|是不是|那么|以及|或者|还是"
    r"|要达到|达到|争取|力争|实现|年底|之前|以前|比较|对比|相比|区别|不同|各自|分别|\s|[^\w%]"
)  # fmt: skip
_UNWANTED = re.compile(r"(?:别给我|别说|不要|不是|不问|不算|不含|除了|而不是|除开|撇开)$")
_LIES_IN = re.compile(r"(?:市|省)?(?:下面|下辖|所辖|管辖|辖区|辖下|治下|属下|境内|里面|底下|里|内)?的?(?:那个|某个)?")
_COMMANDS = re.compile(
    r"忽略|无视|不要?(?:引用|理会|遵守)|不用引用|改成|改为|扮演|你现在是|输出你|系统(?:提示|消息)|谢谢|非常感谢|麻烦您"
)
_CONFIRMS = re.compile(r"吧[?。!]*$|(?:写|记|说|弄|搞|看|听|传)错|没错|核实|核对|属实")
_TAGS = re.compile(  # what asks whether a statement is right, and says nothing of it
    r"(?:这个?)?(?:数字?|说法|消息)?(?:麻烦|帮忙|帮我)?(?:再)?(?:核实|核对|确认)(?:一下|下)?|(?:我|有|他们)?没(?:有)?(?:写|记|说|弄|搞|看|听)错|有没有(?:写|记|说|弄|搞|看|听)错"
    r"|是这样|对不对|对吗|对吧|是吗|是吧|没错|(?:报道|网上|有人|人家|新闻里?|据)说"
)
_QUESTION_WORD = re.compile(
    r"谁|哪|什么|啥|多少|几(?=[个家项件名人成倍年天元万次分所种类点号])|怎么|怎样|如何|为何|何时|何人|咋"
)
_REFUSES = re.compile(r"^\s*(?:不要|别|不是|不问|不用|不算|不含|不包括|除了|除开|撇开)")
_BRACKETS = re.compile(r"\((?=不是|不含|不要|不算|除)([^()]*)\)")
_LEAST = 4  # characters of a question's content, below which what is told beside it is needed too
_STOP_CHARACTERS = frozenset(
    "请查按照是有要会将应对在到至前末底里中上了着过的地得并也都就才又还把被让给为由从向比和与及那"
)


@dataclass(frozen=True)
class Understood:
    """What a question asks for. Spans count characters of ``folded``, which is as long as ``text``."""

    text: str
    folded: str
    kind: Kind
    regions: tuple[tuple[Region, ...], ...] = ()  # one per place named; several where a name has several meanings
    region_names: tuple[str, ...] = ()  # as the question writes them
    unwanted: tuple[Region, ...] = ()  # the places that it says it does not mean
    years: tuple[int, ...] = ()
    document_years: tuple[int, ...] = ()  # years by which a document is called: 2005年那份文件
    called: str = ""  # words by which it is called beside its year: 质量兴市
    numbers: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()  # what stands in 《》
    quantities: tuple[Quantity, ...] = ()  # figures that the question itself states
    field: str | None = None  # the identity field that a metadata question asks for
    fields: tuple[str, ...] = ()  # all that it asks for
    content: str = ""  # what is asked for, without place, year and question words: the indicator or subject, folded
    asks: int = 1  # clauses that ask something of their own
    aside: str = ""  # the same of the clauses that ask nothing: who asks and why
    policy_like: bool = False


def understand(question: str) -> Understood:
    """Return what ``question`` asks for. Any text is understood somehow; nothing is raised."""
    text = question.strip()
    folded = fold(text)
    numbers = find_numbers(folded)
    titles = [Span(m.start(1), m.end(1)) for m in re.finditer(r"《([^》]{2,})》", folded)]
    covered = [Span(n.start, n.end) for n in numbers] + titles
    named = [m for m in find_regions(folded) if not _inside(m.start, m.end, covered)]
    unwanted = [m for m in named if _UNWANTED.search(folded[: m.start])]
    mentions = [m for m in named if m not in unwanted]
    mentions = [m for m in mentions if not _widens(m, mentions) and not _holds(m, mentions, folded)]
    dates = dating(folded, covered)
    years = [d.span for d in (*dates.asked, *dates.called)]
    gone = covered + [Span(m.start, m.end) for m in named] + years + list(dates.spans)
    fields = tuple(name for name, pattern in _METADATA if re.search(pattern, folded))
    field = fields[0] if fields else None
    kind = _kind(folded, field, bool(numbers or titles), len(mentions))
    stated = _stated(folded, covered + years)
    if kind == "yes_no":  # the figure to be confirmed need not stand in what decides
        gone += [Span(q.start, q.end) for q in stated]
    asking, aside = _focus("".join(" " if _inside(i, i + 1, gone) else c for i, c in enumerate(folded)))
    return Understood(
        text=text,
        folded=folded,
        kind=kind,
        regions=tuple(m.regions for m in mentions),
        region_names=tuple(text[m.start : m.end] for m in mentions),
        unwanted=tuple(region for m in unwanted for region in m.regions),
        years=tuple(dict.fromkeys(d.year for d in dates.asked)),
        document_years=tuple(dict.fromkeys(d.year for d in dates.called)),
        called=dates.words,
        numbers=tuple(n.number for n in numbers),
        titles=tuple(span.of(folded) for span in titles),
        quantities=tuple(stated),
        field=field,
        fields=fields,
        content=asking,
        asks=_asked(folded),
        aside=aside,
        policy_like=bool(_POLICY.search(folded)),
    )


def _widens(mention: Mention, mentions: Sequence[Mention]) -> bool:
    """A province named only to say where a part of it lies: 广东省……珠江三角洲地区."""
    parts = [r for m in mentions for r in m.regions if r.level == "area"]
    return all(r.level == "province" and any(part.within(r) for part in parts) for r in mention.regions)


def _holds(mention: Mention, mentions: Sequence[Mention], folded: str) -> bool:
    """A place named only to say in which the next one lies: 郴州下面的桂阳县."""
    after = (m for m in mentions if m.start >= mention.end and _LIES_IN.fullmatch(folded, mention.end, m.start))
    return any(
        r.within(parent) and r.code != parent.code for m in after for r in m.regions for parent in mention.regions
    )


def _stated(folded: str, covered: list[Span]) -> list[Quantity]:
    """The figures that a question states, not those that describe what it asks about: 产值1000万元以上的企业."""
    found = [q for q in find_quantities(folded) if not _inside(q.start, q.end, covered)]
    return [q for q in found if not re.match(r"(?:以上|以下|以内)?的[一-鿿]", folded[q.end :])]


def _focus(words: str) -> tuple[str, str]:
    """Part what is asked from what is told beside it: the clauses with a question word, or all where none has one."""
    words = _TAGS.sub(" ", _BRACKETS.sub(r",\1,", words))
    clauses = [c for c in re.split(r"[,。;!?:\n]+", words) if c.strip() and not _COMMANDS.search(c)]
    asking = [c for c in clauses if any(re.search(pattern, c) for _, pattern in _KINDS)]
    clauses = [c for c in clauses if c in asking or not _REFUSES.match(c)] or clauses
    asking = asking or clauses
    content = _content(" ".join(asking))
    rest = _content(" ".join(c for c in clauses if c not in asking))
    if len(content.replace(" ", "")) < _LEAST and rest:
        return f"{rest} {content}".strip(), ""
    return content, rest


def _asked(folded: str) -> int:
    """How many clauses ask: 谁当组长，办公室设在哪个局？ asks two things."""
    clauses = re.split(r"[,。;!?:\n]+", _TAGS.sub(" ", folded))
    return max(1, sum(asks(c) for c in clauses))


def asks(clause: str) -> bool:
    """Tell whether a folded clause has a question word."""
    return _QUESTION_WORD.search(clause) is not None


def _content(words: str) -> str:
    """Drop question words, and single characters that carry nothing; everyday words that name something stay whole."""
    kept, start = [], 0
    asking = [m.span() for m in _STOP.finditer(words) if m.end() - m.start() > 2]  # 是什么意思 is no word for a thing
    for everyday in alternatives(words):
        if not everyday.asks and all(everyday.end <= a or b <= everyday.start for a, b in asking):
            kept += [_telling(words[start : everyday.start]), words[everyday.start : everyday.end]]
            start = everyday.end
    kept.append(_telling(words[start:]))
    return re.sub(r"\s+", " ", "".join(kept)).strip()


def _telling(words: str) -> str:
    """Drop question words, and single characters that carry nothing where the segmenter parts them from their neighbours."""
    return "".join(w if w not in _STOP_CHARACTERS else " " for w in rjieba.cut(_STOP.sub(" ", words)))


def _inside(start: int, end: int, spans: list[Span]) -> bool:
    return any(span.start <= start and end <= span.end for span in spans)


def _kind(folded: str, field: str | None, names_document: bool, places: int) -> Kind:
    if _GREETING.match(folded) and not (_POLICY.search(folded) or len(folded) > 20):
        return "greeting"
    if _OFF_TOPIC.search(folded) and not _POLICY.search(folded):
        return "off_topic"
    said = folded.replace("啥", "什么")
    kind = next((kind for kind, pattern in _KINDS if re.search(pattern, said)), "fact")
    if kind == "fact" and _CONFIRMS.search(folded):
        return "yes_no"
    if kind == "source" and field not in ("encloses",):
        return "source"
    if kind == "comparison" and places < 2 and re.search(r"分别|各(?:自|是)|不同", folded):
        kind = "list"
    if field and kind in ("fact", "who", "when", "figure", "list", "yes_no", "definition", "documents"):
        return "metadata"
    return kind
