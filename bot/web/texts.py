"""All Chinese texts of the interface in one place. Knows no layout; texts with {…} are filled by ``str.format``."""

TITLE = "政策问答"
SUBTITLE = "用自己的话提问，回答逐字引自政策原文"
GREETING = "您好，请问您想了解哪项政策？"
GREETING_HINT = "请说明地区、年份和事项，回答会更准确。"
GREETING_EXAMPLES = "请说明地区、年份和事项，回答会更准确；也可以点选下面的问题。"
BOX_LABEL = "您的问题"
BOX_HINT = "请输入您的问题"
NEW_CHAT = "新对话"
CONVERSATION = "对话"

CORPUS = "回答逐字引用政策原文。现收录政策文件{documents}份，{dates}。请以文件原件为准。"
CORPUS_ONE_DATE = "成文或发布于{first}"
CORPUS_DATES = "成文或发布于{first}至{last}"
CORPUS_NO_DATES = "日期未载明"
CORPUS_PREPARING = "正在准备政策文件，请稍候；现在就可以提问。"

PREPARING = "正在准备……首次启动需要读取政策文件，准备好后会立即回答您的问题。"
SEARCHING = "正在查阅政策原文……"
EMPTY = "请先输入您的问题。"
TOO_LONG = "您的问题有{length}个字，超过了{most}个字的上限，请缩短后再发送。"
UNAVAILABLE = "抱歉，服务暂时不可用，请稍后再试。"
FAILED = "抱歉，这次没能完成回答，请稍后再试一次。"

SOURCES = "出处"
MARKER = "查看出处{number}"
ROLES = {"proof": "依据", "scope": "适用范围", "near_miss": "相近内容"}
DERIVED = "推定"
DERIVED_HINT = "原文没有直接写明，由系统根据文件内容推定"
ISSUED = "{date}成文"
PUBLISHED = "{date}发布"
ORIGINAL = "查看原文"
NEXT = "您还可以问："
CUT = "……"

# The widget, beside what it shares with the page.
GENERATED = "本回答由人工智能生成，请以政策原文为准。"
WIDGET = {
    "title": TITLE,
    "greeting": GREETING,
    "box": BOX_LABEL,
    "hint": BOX_HINT,
    "send": "发送",
    "stop": "停止",
    "new": NEW_CHAT,
    "close": "关闭",
    "conversation": CONVERSATION,
    "searching": SEARCHING,
    "preparing": PREPARING,
    "stopped": "已停止。",
    "unreachable": "抱歉，网络连接中断，请稍后再试一次。",
    "busy": "提问太频繁了，请在{seconds}秒后再试。",
    "failed": FAILED,
    "empty": EMPTY,
    "too_long": TOO_LONG,
    "limited": "只从以下范围回答：{limits}",
    "generated": GENERATED,
    "answered": "回答：",
    "next": NEXT,
    "liked": "有帮助",
    "disliked": "没有帮助",
    "why": "哪里不好？（可多选）",
    "reasons": {
        "wrong": "内容错误",
        "source": "出处不对",
        "incomplete": "不完整",
        "unanswered": "没有回答",
        "other": "其他",
    },
    "comment": "补充说明（选填，请勿填写个人信息）",
    "submit": "提交",
    "thanks": "谢谢您的反馈。",
    "not_kept": "抱歉，这条反馈没有保存下来。",
}
