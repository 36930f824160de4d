"""What titles and organs' names of official documents look like, in folded text. Knows nothing of where they stand."""

import re

_GENRE = (
    "通知|意见|办法|规定|决定|公告|通告|条例|规划|方案|批复|复函|函|报告|纲要|细则|计划|要点|公报|命令|令|法|解释|通报|请示|纪要|章程|简章|规则|规范"
    "|规程|标准|措施|指南|指引|预案|目录|清单|制度|准则|守则|法典|决议|说明|汇编|若干政策|政策|提示|倡议书|公开信|通则"
)
TITLE_END = re.compile(
    rf"(?:{_GENRE})(?:\((?:试行|暂行|修订|修正|草案|征求意见稿|\d{{4}}[^)]{{0,12}}|[一二三四五六七八九十]+|[^)]{{0,8}}稿|[^)]{{0,10}}修[正订][^)]{{0,4}})\))?(?:全文)?$"
)
# How an organ's name ends: that of those who sign, and that of those who are named at the head.
SIGNER = r"(?:人民政府|政府办公厅|办公厅|办公室|委员会|人大常委会|人民代表大会|指挥部|领导小组|管理中心|管委会|法院|检察院|国务院|[一-鿿][局厅部委署办])"
ORGAN = re.compile(
    r"(?:中共)?[一-鿿]{2,30}(?:人民政府|政府|办公厅|办公室|委员会|人大常委会|常务委员会|局|厅|部|委|署|办|法院|检察院|会|公司|大学|学院|中心|银行|总局|领导小组|指挥部)|国务院"
)


def is_title(line: str) -> bool:
    """Tell whether a folded line, standing alone, may be the title of a document: …关于…的通知, …条例（试行）."""
    words = line.split()
    menu = len(words) >= 3 and all(len(word) <= 6 for word in words)
    if menu or not 3 <= len(line) <= 120 or (len(line) < 6 and line[-1] not in "法例"):  # 劳动法
        return False
    return line[-1] not in "。:;!,、" and bool(TITLE_END.search(line))


def is_organ(line: str) -> bool:
    """Tell whether a folded line is nothing but the name of an organ, or of several: 财政部 税务总局."""
    return bool(line) and len(line) <= 90 and all(ORGAN.fullmatch(name) for name in line.split())
