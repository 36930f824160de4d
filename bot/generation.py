"""The steps of the chain that a chat model takes part in, each with what serves where it fails: rules and quotes."""

import logging
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from bot.answer import Answer
from bot.answerers.generative import draft_of, write
from bot.answerers.offered import offered
from bot.ground import ground
from bot.inquiry import Draft, Inquiry
from bot.model.chat_model import ChatModel
from bot.model.faults import ModelFault
from bot.reply import AI_LABEL, LEFT_OUT
from bot.rewrite import rewrite

_log = logging.getLogger(__name__)


class Generation:
    """Takes part in answering with one chat model."""

    def __init__(self, model: ChatModel):
        self._model = model
        _tell_costs()

    @property
    def timeout(self) -> float:
        """Seconds that the model has for one question."""
        return self._model.timeout

    def standalone(self, inquiry: Inquiry, config: Any) -> Inquiry:
        """Let the model put a follow-up into one question."""
        asked = rewrite(self._model, inquiry.question, inquiry.history, inquiry.standalone, inquiry.until, config)
        return replace(inquiry, standalone=asked)

    def answer(self, inquiry: Inquiry, draft: Draft, config: Any) -> Iterator[str | Answer]:
        """Yield the model's sentences as they are proven, then the answer; the extractive one where none comes of it."""
        found = offered(inquiry, draft)
        if not found:
            yield ground(inquiry, draft)
            return
        shown = ""
        try:
            for item in write(self._model, inquiry, draft, found, config):
                if isinstance(item, str):
                    shown += item
                    yield item
                    continue
                answer = ground(inquiry, draft_of(item, draft))
                if answer.status not in ("answered", "partial"):
                    raise ModelFault("unproven")
                labelled = _labelled(answer, item.dropped, asdict(item.usage))
                yield labelled.text.removeprefix(shown.strip())
                yield labelled
        except ModelFault as fault:
            _log.warning("no answer of the chat model's: %s", fault)
            yield replace(ground(inquiry, draft), note=fault.note)
        except Exception:  # whatever a model brought about, the extractive answer is there
            _log.exception("the chat model's reply could not be used")
            yield replace(ground(inquiry, draft), note=ModelFault("unreadable").note)


def _labelled(answer: Answer, dropped: int, usage: dict[str, Any]) -> Answer:
    """The answer with the label that the law asks for, which goes wherever its text is copied."""
    _log.info("written by %(model)s: %(input_tokens)d + %(output_tokens)d tokens, %(seconds).1f s", usage)
    note = LEFT_OUT.format(count=dropped) if dropped else None
    return replace(answer, text=f"{answer.text}\n\n{AI_LABEL}", mode="generative", note=note, usage=usage)


def _tell_costs() -> None:
    """Let the operator see what each answer costs, where nothing else is arranged."""
    if not _log.hasHandlers():
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        _log.addHandler(handler)
        _log.setLevel(logging.INFO)
        _log.propagate = False
