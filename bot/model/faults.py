"""What can go wrong with a chat model, each with the remark that a reader gets. Knows no library."""

import re
from typing import Any, Literal

Kind = Literal[
    "unreachable", "denied", "busy", "broken", "slow", "long", "empty", "endless", "declined", "unreadable", "unsupported",
    "resting", "unproven",
]  # fmt: skip
_SAYS: dict[Kind, str] = {
    "unreachable": "语言模型连接不上",
    "denied": "语言模型的接口拒绝了访问",
    "busy": "语言模型繁忙",
    "broken": "语言模型的接口出了故障",
    "slow": "语言模型没有按时回答",
    "long": "语言模型容纳不下这个问题",
    "empty": "语言模型没有给出回答",
    "endless": "语言模型的回答没有尽头",
    "declined": "语言模型拒绝了回答",
    "unreadable": "语言模型的回答无法读取",
    "unsupported": "语言模型的接口不支持这样的请求",
    "resting": "语言模型暂时停用",
    "unproven": "语言模型的回答没有原文依据",
}
RETRIED: frozenset[Kind] = frozenset({"unreachable", "busy", "broken", "empty"})
COUNTED: frozenset[Kind] = frozenset({"unreachable", "denied", "busy", "broken", "slow"})  # signs of a dead endpoint
_TOO_LONG = re.compile(
    r"context|too (?:long|large|many)|maximum|exceed|token limit|input length|上下文|超长|过长", re.I
)
_FORMAT = re.compile(r"response_format|json_schema|stream_options|temperature|unsupported|not support|不支持", re.I)
_LONGEST_WAIT = 3600.0


class ModelFault(Exception):
    """The chat model gave no answer that can be used. ``wait``: seconds after which the endpoint wants to be asked again."""

    def __init__(self, kind: Kind, detail: str = "", wait: float = 0.0):
        super().__init__(f"{kind} {detail}".strip())
        self.kind: Kind = kind
        self.wait = wait

    @property
    def note(self) -> str:
        """The remark for the reader."""
        return f"{_SAYS[self.kind]}，这是不用语言模型、直接从原文得出的回答。"


def fault_of(error: BaseException) -> ModelFault:
    """Return the fault that an error of a model's package means. Of its message nothing is kept: it may hold the key."""
    if isinstance(error, ModelFault):
        return error
    status, name = getattr(error, "status_code", None), type(error).__name__
    if isinstance(error, TimeoutError) or "Timeout" in name:
        return ModelFault("slow", name)
    if not isinstance(status, int):
        return ModelFault(_without_status(error, name), name)
    detail = f"{name} {status}"
    if status in (401, 402, 403, 404):
        return ModelFault("denied", detail)
    if status in (408, 409, 429):
        return ModelFault("busy", detail, _retry_after(error))
    if status in (400, 413, 422):
        message = str(error)
        long = status == 413 or (_TOO_LONG.search(message) and not _FORMAT.search(message))
        declined = re.search(r"content.?filter|data_inspection|inappropriate|safety|敏感|违规|risk", message, re.I)
        return ModelFault("declined" if declined else "long" if long else "unsupported", detail)
    return ModelFault("broken", detail, _retry_after(error))


def _without_status(error: BaseException, name: str) -> Kind:
    if "ContextOverflow" in name:
        return "long"
    if "ContentFilter" in name:
        return "declined"
    return "unreachable" if isinstance(error, ConnectionError) or "Connect" in name else "broken"


def _retry_after(error: BaseException) -> float:
    """The seconds of a Retry-After header; 0 where there is none that can be read."""
    headers: Any = getattr(getattr(error, "response", None), "headers", None) or {}
    try:
        return min(_LONGEST_WAIT, max(0.0, float(headers.get("retry-after", 0))))
    except (TypeError, ValueError):
        return 0.0
