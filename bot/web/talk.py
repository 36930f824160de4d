"""What happens on the chat page: ask, stop, change, ask again, reopen, judge, take along. Speaks Gradio's updates, knows no layout.

Each method is what Gradio calls for an event; what it returns says, for the parts that change, what they become.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import gradio as gr

from bot.answer import MAX_QUESTION, Answer, Filters
from bot.web import message, texts
from bot.web.choices import Choices, choices
from bot.web.conversation import MOST, Conversation, Exchange, as_kept, from_kept, turns
from bot.web.doors import Doors
from bot.web.export import comparison_csv, conversation_markdown
from bot.web.frame import corpus_line
from bot.web.judging import judged
from bot.web.render import line_html
from bot.web.stream import gathered, until
from bot.web.wire import filters_of, nth, said, told

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

Update = dict[Any, Any]


@dataclass(frozen=True)
class Parts:
    """The parts of the page that events change."""

    chat: gr.Chatbot
    notice: gr.Markdown
    cancel: gr.Button
    box: gr.Textbox
    send: gr.Button
    stop: gr.Button
    corpus: gr.Markdown
    conversation: gr.State  # Conversation
    edited: gr.State  # the number of the question that is being changed, or None
    told: gr.Markdown  # what page.js is told
    sent: gr.Textbox  # what page.js says, as JSON
    limits: gr.Textbox  # the filters, as JSON
    held: gr.Textbox  # the conversation as the browser keeps it, as JSON


class Talk:
    """What one page does with the chatbot behind the doors. Pages share it: it holds no conversation."""

    def __init__(self, parts: Parts, doors: Doors) -> None:
        self._parts = parts
        self._doors = doors
        self._preparation = doors.preparation

    async def ask(
        self, question: str, conversation: Conversation, edited: int | None, limits: str, held: str
    ) -> AsyncIterator[Update]:
        """Ask what stands in the box, in place of the question that is being changed if there is one."""
        conversation = await self._recalled(conversation, held)
        kept = conversation if edited is None else conversation[:edited]
        async for step in self._reply(question, kept, filters_of(limits)):
            yield step

    async def pick(
        self, event: gr.SelectData, conversation: Conversation, limits: str, held: str
    ) -> AsyncIterator[Update]:
        """Ask an example or a suggestion."""
        question = event.value["text"] if isinstance(event.value, dict) else event.value
        conversation = await self._recalled(conversation, held)
        async for step in self._reply(str(question), conversation, filters_of(limits)):
            yield step

    async def again(self, sent: str, conversation: Conversation) -> AsyncIterator[Update]:
        """Ask the n-th question again as it was asked; what came after it goes."""
        n = nth(conversation, sent)
        if n is not None:
            async for step in self._reply(conversation[n].question, conversation[:n], conversation[n].filters):
                yield step

    async def _reply(self, question: str, before: Conversation, filters: Filters) -> AsyncIterator[Update]:
        """Yield the page's next states until the question is answered; a question that cannot be asked stays in the box."""
        p, question = self._parts, question.strip()
        if complaint := _complaint(question):
            yield {p.notice: line_html(complaint)}
            return
        offered = await self._choices() if filters != Filters() else Choices()
        exchange = Exchange(question, filters, offered.in_words(filters))
        exchange = replace(exchange, html=message.waiting("", self._preparation.ready))
        conversation = (*before, exchange)
        yield {**self._shown(conversation), **self._busy(True), p.box: "", **self._no_edit()}
        async for step in until(exchange.stop, self._streamed(exchange, before)):
            conversation = step[p.conversation]
            yield step
        *before, last = conversation
        if last.answer is None and last.stop.is_set():
            stopped = replace(last, html=message.stopped(last.streamed))
            yield {**self._shown((*before, stopped)), **self._busy(False)}

    async def _streamed(self, exchange: Exchange, before: Conversation) -> AsyncGenerator[Update]:
        """Yield the page's next states with the reply in its pieces, then with the answer."""
        p, first = self._parts, len(before)
        try:
            chatbot = await self._preparation.chatbot()
        except Exception:  # told to the operator by the server, which stops
            exchange = replace(exchange, html=line_html(texts.UNAVAILABLE))
            yield {**self._shown((*before, exchange)), **self._busy(False)}
            return
        if len(before) >= MOST:
            before, first = _rendered(before[1 - MOST :], chatbot), 0  # their numbers change
        asked = (exchange.question, turns(before), exchange.filters)
        async for item in gathered(chatbot, *asked, self._doors.closing):
            if isinstance(item, Answer):
                exchange = _answered(exchange, self._doors.given(item), len(before), chatbot)
                ended = (*before, exchange)
                kept = {"first": first, "exchanges": [as_kept(each) for each in ended[first:]]}
                yield {**self._shown(ended), **self._busy(False), p.told: told("kept", kept)}
            else:
                text = exchange.streamed + item
                exchange = replace(exchange, streamed=text, html=message.waiting(text, is_ready=True))
                yield self._shown((*before, exchange))

    async def stop(self, conversation: Conversation) -> Update:
        """End the reply that is under way; its own event then says that it is not whole, so nothing can come after that."""
        if conversation:
            conversation[-1].stop.set()
        return self._busy(False)

    def edit(self, sent: str, conversation: Conversation) -> Update:
        """Put the n-th question into the box to be changed."""
        p, n = self._parts, nth(conversation, sent)
        if n is None:
            return {p.notice: ""}
        return {
            p.box: conversation[n].question,
            p.edited: n,
            p.notice: line_html(texts.EDITING),
            p.cancel: gr.Button(visible=True),
            p.told: told("focus"),
        }

    def leave_edit(self) -> Update:
        """Change no question after all."""
        return {self._parts.box: "", **self._no_edit(), self._parts.told: told("focus")}

    def clear(self) -> Update:
        """Begin a new conversation; the filters stay."""
        p = self._parts
        return {**self._shown(()), **self._busy(False), p.box: "", **self._no_edit(), p.told: told("begin")}

    async def reopen(self, sent: str) -> Update:
        """Show a conversation that the browser kept."""
        conversation = from_kept(said(sent))
        if not conversation:
            return self.clear()
        conversation = _rendered(conversation, await self._preparation.chatbot())
        return {**self._shown(conversation), **self._busy(False), **self._no_edit()}

    async def opened(self) -> Update:
        """Fill a page that has just been opened: examples, filters, what the corpus holds."""
        p = self._parts
        chatbot = await self._preparation.chatbot()
        examples = [{"text": question} for question in await asyncio.to_thread(chatbot.examples)]
        hint = texts.GREETING_EXAMPLES if examples else texts.GREETING_HINT
        census = await asyncio.to_thread(self._preparation.census)
        offered = await self._choices()
        return {
            p.chat: gr.Chatbot(examples=examples, placeholder=message.greeting(hint)),
            p.corpus: line_html(corpus_line(census)),
            p.told: told("opened", offered.as_lists()),
        }

    async def narrow(self, limits: str) -> Update:
        """Offer the documents that the other filters leave."""
        offered = await self._choices()
        others = replace(filters_of(limits), document_id=None)
        left = await asyncio.to_thread(offered.documents_of, others)
        return {self._parts.told: told("offered", {"document_id": left})}

    async def judge(self, sent: str) -> Update:
        """Keep what a person thinks of an answer, and say so."""
        return {self._parts.notice: line_html(await asyncio.to_thread(judged, self._doors.feedback, said(sent)))}

    def export(self, conversation: Conversation) -> Update:
        """Write the conversation as a file to take along."""
        now = datetime.now()
        text = conversation_markdown(conversation, now.strftime("%Y-%m-%d %H:%M"))
        return self._file(texts.EXPORT_FILE, text, now)

    def table(self, sent: str, conversation: Conversation) -> Update:
        """Write the comparison of the n-th answer as a file to take along."""
        n = nth(conversation, sent)
        answer = None if n is None else conversation[n].answer
        text = comparison_csv(answer) if answer else ""
        return self._file(texts.EXPORT_TABLE_FILE, text, datetime.now())

    def _file(self, name: str, text: str, now: datetime) -> Update:
        p = self._parts
        if not text:
            return {p.notice: line_html(texts.EXPORT_EMPTY)}
        file = {"name": name.format(time=now.strftime("%Y%m%d-%H%M")), "text": text}
        return {p.told: told("file", file), p.notice: ""}

    async def _recalled(self, conversation: Conversation, held: str) -> Conversation:
        """Return the conversation, from what the browser keeps where the server was started anew since."""
        if conversation or not (kept := from_kept(said(held))):
            return conversation
        return _rendered(kept, await self._preparation.chatbot())

    async def _choices(self) -> Choices:
        await self._preparation.chatbot()
        return await asyncio.to_thread(self._preparation.of_library, choices)

    def _shown(self, conversation: Conversation) -> Update:
        return {self._parts.chat: message.messages(conversation), self._parts.conversation: conversation}

    def _busy(self, is_busy: bool) -> Update:
        return {self._parts.send: gr.Button(visible=not is_busy), self._parts.stop: gr.Button(visible=is_busy)}

    def _no_edit(self) -> Update:
        return {self._parts.edited: None, self._parts.notice: "", self._parts.cancel: gr.Button(visible=False)}


def _answered(exchange: Exchange, answer: Answer, n: int, chatbot: "Chatbot") -> Exchange:
    """Return the exchange with its answer, rendered as the n-th of its conversation."""
    library = chatbot.library

    def text_of(id: str) -> str | None:
        document = library.document(id)
        return document.text if document else None

    exchange = replace(exchange, answer=answer)
    return replace(exchange, html=message.reply_of(exchange, n, text_of))


def _rendered(conversation: Conversation, chatbot: "Chatbot") -> Conversation:
    """Return the answered exchanges, rendered anew in their order."""
    answered = (exchange for exchange in conversation if exchange.answer)
    return tuple(_answered(exchange, exchange.answer, n, chatbot) for n, exchange in enumerate(answered))


def _complaint(question: str) -> str | None:
    if not question:
        return texts.EMPTY
    if len(question) > MAX_QUESTION:
        return texts.TOO_LONG.format(length=len(question), most=MAX_QUESTION)
    return None
