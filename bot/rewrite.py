"""Let a chat model put a follow-up into one question; kept only if it asks of the same place, year and document.

What the bot worked out by rules is the measure, and serves wherever the model's question strays from it.
"""

import re
import secrets
import time
from collections.abc import Sequence
from typing import Any

from bot.answer import Turn
from bot.model.chat_model import ChatModel
from bot.model.faults import ModelFault
from bot.model.reading import cleaned
from bot.understand import Understood, understand
from prompts.loader import prompt

_TURNS, _LONGEST_TURN, _LONGEST = 6, 300, 200  # turns, characters of one, characters of a question
_SHARE = 0.25  # of the model's time for an answer
_PREFIX = re.compile(r"^(?:改写后?的?(?:问题)?|问题)\s*[:：]\s*")


def rewrite(
    model: ChatModel, question: str, history: Sequence[Turn], standalone: str, until: float, config: Any = None
) -> str:
    """Return the model's question where there is a follow-up and it keeps to ``standalone``, else that one."""
    if standalone == question or not history:
        return standalone
    fence = f"####{secrets.token_hex(4)}"
    asked = [turn.content[:_LONGEST_TURN] for turn in history if turn.role == "user"][-_TURNS:]
    dialogue = "\n".join(f"用户：{' '.join(said.split())}" for said in [*asked, question])
    until = min(until, time.monotonic() + _SHARE * model.timeout)
    try:
        reply = model.reply([("human", prompt("rewrite", fence=fence, dialogue=dialogue))], until, config=config)
        said = "".join(reply.pieces)
    except ModelFault:
        return standalone
    lines = [line for line in re.sub(r"(?s)^\s*<think.*?</think\w*>", "", said).splitlines() if line.strip()]
    written = _PREFIX.sub("", cleaned(lines[0]).strip('「」“”"')) if len(lines) == 1 else ""
    return written if _keeps(understand(written), understand(standalone)) else standalone


def _keeps(new: Understood, old: Understood) -> bool:
    """Same places, years, documents and figures; still a question of policy, and no longer than one."""
    return 0 < len(new.text) <= _LONGEST and _slots(new) == _slots(old) and new.kind not in ("greeting", "off_topic")


def _slots(u: Understood) -> tuple[frozenset[object], ...]:
    places = frozenset(region.code for meanings in u.regions for region in meanings)
    figures = frozenset((q.low, q.high, q.unit) for q in u.quantities)
    return (places, frozenset(u.years + u.document_years), frozenset(u.numbers), frozenset(u.titles), figures)
