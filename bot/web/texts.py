"""All Chinese texts of the interface in one place. Knows no layout; texts with {…} are filled by ``str.format``."""

from bot.reply import AI_LABEL

TITLE = "政策问答"
SUBTITLE = "用自己的话提问，每个回答都附政策原文"
GREETING = "您好，请问您想了解哪项政策？"
GREETING_HINT = "请说明地区、年份和事项，回答会更准确。"
GREETING_EXAMPLES = "请说明地区、年份和事项，回答会更准确；也可以点选下面的问题。"
BOX_LABEL = "您的问题"
BOX_HINT = "请输入您的问题"
SEND = "发送"
STOP = "停止"
NEW_CHAT = "新对话"
HISTORY = "历史"
EXPORT = "导出"
CONVERSATION = "对话"
TO_BOX = "跳到提问框"
CLOSE = "关闭"

CORPUS = "回答附有政策原文，可逐句核对；请以文件原件为准。收录政策文件{documents}份（{dates}）。"
CORPUS_ONE_DATE = "{first}"
CORPUS_DATES = "{first}至{last}"
CORPUS_NO_DATES = "日期未载明"
CORPUS_PREPARING = "正在准备政策文件，请稍候；现在就可以提问。"

PREPARING = "正在准备……首次启动需要读取政策文件，准备好后会立即回答您的问题。"
SEARCHING = "正在查阅政策原文……"
EMPTY = "请先输入您的问题。"
TOO_LONG = "您的问题有{length}个字，超过了{most}个字的上限，请缩短后再发送。"
UNAVAILABLE = "抱歉，服务暂时不可用，请稍后再试。"
FAILED = "抱歉，这次没能完成回答，请稍后再试一次。"
STOPPED = "已停止，回答没有完成。"
EDITING = "正在修改以前的问题：发送后，它和它之后的对话会被新的回答取代。"
CANCEL_EDIT = "不修改了"

# Filters: what may be answered from.
FILTERED = "查找范围"
FILTERS = {"region": "地区", "year": "年份", "issuer": "发文机关", "document_id": "文件"}
ANY = {"region": "全部地区", "year": "全部年份", "issuer": "全部机关", "document_id": "全部文件"}
YEAR_OF = "{year}年"
LIMITED = "只查找："
TOO_MANY_DOCUMENTS = "文件较多，请先选地区等"

# Sources.
SOURCES = "出处"
SOURCES_COUNT = "出处{count}条"
NEAR_COUNT = "相近内容{count}条（不能当作答案）"
SOURCES_BESIDE = "原文出处"
SOURCES_NONE = "点击回答里的[1]，原句会显示在这里。"
MARKER = "查看出处{number}"
CELL = "查看原句{number}"
ROLES = {"proof": "依据", "scope": "适用范围", "near_miss": "相近内容"}
ROLE_HINTS = {
    "proof": "这句原文就是答案的依据",
    "scope": "这句原文说明答案适用的年份或地区",
    "near_miss": "这句原文与问题相近，但不能当作答案",
}
DERIVED = "推定"
DERIVED_HINT = "原文没有直接写明，由系统根据文件内容推定"
ISSUED = "{date}成文"
PUBLISHED = "{date}发布"
ORIGINAL = "查看原文"
COPY_CITATION = "复制引文"
CUT = "……"

# What can be done with a question and an answer.
NEXT = "您还可以问："
NEXT_INSTEAD = "可以改问："
NEXT_CHOOSE = "您可以点选："
EDIT = "修改"
EDIT_HINT = "修改这个问题，重新提问"
COPY = "复制"
COPY_HINT = "复制回答和出处"
COPIED = "已复制"
NOT_COPIED = "浏览器不允许复制，请选中文字后手动复制。"
AGAIN = "重新回答"
LIKE = "有帮助"
DISLIKE = "没帮助"
ANSWERED = "回答完毕，有{count}条出处。"
ANSWERED_WITHOUT = "回答完毕。"

# Feedback.
JUDGE_TITLE = "这个回答哪里不好？"
JUDGE_COMMENT = "补充说明（可不填）"
JUDGE_PRIVACY = "请不要填写个人信息；电话、证件号、银行卡号和邮箱会自动遮盖。意见和对应的回答保存{days}天。"
JUDGE_SEND = "提交"
JUDGE_THANKS = "谢谢，您的意见已收到。"
JUDGE_GONE = "这条回答时间太久，不能再评价了。请重新提问后再评价。"
JUDGE_WRONG = "意见没有收下：最多{most}个字，请缩短后再提交。"
JUDGE_NOT_KEPT = "抱歉，意见暂时无法保存，请稍后再试。"
REASONS = {
    "wrong": "错误",
    "source": "出处不对",
    "incomplete": "不完整",
    "unanswered": "没回答",
    "other": "其他",
}

# History.
HISTORY_TITLE = "历史对话"
HISTORY_HINT = "对话只保存在您这台设备的浏览器里，最多{most}个。"
HISTORY_EMPTY = "还没有历史对话。"
HISTORY_DELETE = "删除"
HISTORY_DELETE_ALL = "全部删除"
HISTORY_DELETE_SURE = "再按一次，全部删除"

# Comparison.
CHART = "各项数值对比"
CHART_UNIT = "各项数值对比（单位：{unit}）"
CHART_ABSENT = "没有规定"
TABLE_EXPORT = "导出表格（CSV）"
CSV_COLUMNS = ("原句", "出自", "文号", "发文机关", "成文日期", "发布日期", "链接")

# Export of a conversation.
GENERATED = AI_LABEL
EXPORT_TITLE = "政策问答记录"
EXPORT_TIME = "导出时间：{time}"
EXPORT_QUESTION = "问：{question}"
EXPORT_NOTE = "注：{note}"
EXPORT_HINT = "引文逐字引自政策文件，请以文件原件为准。"
EXPORT_FILE = "政策问答-{time}.md"
EXPORT_TABLE_FILE = "对比表-{time}.csv"
EXPORT_EMPTY = "还没有可以导出的对话。"

# The widget, beside what it shares with the page.
WIDGET = {
    "title": TITLE,
    "greeting": GREETING,
    "box": BOX_LABEL,
    "hint": BOX_HINT,
    "send": SEND,
    "stop": STOP,
    "new": NEW_CHAT,
    "close": CLOSE,
    "conversation": CONVERSATION,
    "searching": SEARCHING,
    "preparing": PREPARING,
    "stopped": STOPPED,
    "unreachable": "抱歉，网络连接中断，请稍后再试一次。",
    "busy": "提问太频繁了，请在{seconds}秒后再试。",
    "failed": FAILED,
    "empty": EMPTY,
    "too_long": TOO_LONG,
    "limited": "本页只查找：{limits}",
    "year": YEAR_OF,
    "generated": GENERATED,
    "answered": "回答：",
    "liked": LIKE,
    "disliked": DISLIKE,
    "why": JUDGE_TITLE,
    "reasons": REASONS,
    "comment": JUDGE_COMMENT,
    "private": JUDGE_PRIVACY,
    "submit": JUDGE_SEND,
    "thanks": JUDGE_THANKS,
    "gone": JUDGE_GONE,
    "not_kept": JUDGE_NOT_KEPT,
}

# What page.js says.
IN_PAGE = {
    name: globals()[name]
    for name in (
        "CONVERSATION", "COPIED", "GENERATED", "NOT_COPIED", "ANSWERED", "ANSWERED_WITHOUT", "SOURCES_BESIDE", "SOURCES_NONE", "HISTORY_EMPTY",
        "HISTORY_DELETE", "HISTORY_DELETE_ALL", "HISTORY_DELETE_SURE", "ANY", "TOO_MANY_DOCUMENTS",
    )
}  # fmt: skip
