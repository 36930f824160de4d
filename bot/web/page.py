"""The chat page, in Gradio. Holds no conversation on the server but the last turns of each open page."""

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
from starlette.applications import Starlette

from bot.answer import MAX_QUESTION, Answer, Turn
from bot.web import texts
from bot.web.ready import Census, Preparation
from bot.web.render import answer_html, day, line_html, question_html, reply_html
from bot.web.stream import gathered

TURNS = 10  # turns of the conversation that go in with a question
STREAMS = 64  # replies that stream at once
WAITING = 256  # questions that may queue behind them
STYLE = Path(__file__).with_name("style.css")
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")
SCRIPT = Path(__file__).with_name("page.js")

Message = dict[str, Any]
Step = tuple[Any, Any, Any, Any]  # what the conversation, the box, the notice and the turns become


def mount(app: Starlette, preparation: Preparation) -> None:
    """Put the page at ``/`` of ``app``, behind every route that stands there already."""
    gr.mount_gradio_app(
        app,
        _build(preparation),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        theme=gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=FONTS),
        css=STYLE.read_text(encoding="utf-8"),
        head=f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>",
    )


def _build(preparation: Preparation) -> gr.Blocks:
    with gr.Blocks(title=texts.TITLE, analytics_enabled=False, fill_height=True) as page:
        gr.Markdown(f'<div class="masthead"><h1>{texts.TITLE}</h1><p>{texts.SUBTITLE}</p></div>')
        conversation = gr.Chatbot(
            elem_id="conversation",
            label=texts.CONVERSATION,
            show_label=False,
            placeholder=_placeholder(texts.GREETING_HINT),
            latex_delimiters=[],
            allow_tags=False,
            buttons=[],
            height=None,
            scale=1,
            layout="bubble",
            autoscroll=False,
        )
        notice = gr.Markdown(elem_id="notice")
        with gr.Row(elem_id="ask"):
            box = gr.Textbox(
                label=texts.BOX_LABEL,
                placeholder=texts.BOX_HINT,
                show_label=False,
                submit_btn=True,
                autofocus=True,
                max_lines=6,
                elem_id="question",
            )
            new = gr.Button(texts.NEW_CHAT, elem_id="new-chat", min_width=80, scale=0)
        corpus = gr.Markdown(line_html(texts.CORPUS_PREPARING), elem_id="corpus")
        turns = gr.State((), time_to_live=24 * 3600)
        _connect(page, preparation, (conversation, box, notice, turns), corpus, new)
    for block in page.blocks.values():
        block.async_move_resource_to_block_cache = _refuse_file
    return page.queue(default_concurrency_limit=STREAMS, max_size=WAITING, api_open=False)


async def _refuse_file(path: str) -> None:
    """Take no file: Gradio would fetch any address that a request names, for any component."""
    raise PermissionError(f"The page takes no files: {path}")


def _connect(page: gr.Blocks, preparation: Preparation, parts: tuple, corpus: gr.Markdown, new: gr.Button) -> None:
    conversation, box, _, turns = parts

    async def asked(question: str, messages: list[Message], said: tuple[Turn, ...]) -> AsyncIterator[Step]:
        async for step in _reply(preparation, question, messages, said):
            yield step

    async def picked(event: gr.SelectData, messages: list[Message], said: tuple[Turn, ...]) -> AsyncIterator[Step]:
        question = event.value["text"] if isinstance(event.value, dict) else event.value  # an example or a suggestion
        async for step in _reply(preparation, question, messages, said):
            yield step

    async def opened() -> AsyncIterator[tuple[Any, str]]:
        chatbot = await preparation.chatbot()
        examples = [{"text": question} for question in chatbot.examples()]
        hint = texts.GREETING_EXAMPLES if examples else texts.GREETING_HINT
        census = await asyncio.to_thread(preparation.census)
        yield (
            gr.Chatbot(examples=examples, placeholder=_placeholder(hint)),
            line_html(corpus_line(census) if census else ""),
        )

    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    box.submit(asked, [box, conversation, turns], parts, **private)
    gr.on([conversation.option_select, conversation.example_select], picked, [conversation, turns], parts, **private)
    gr.on([new.click, conversation.clear], lambda: ([], "", "", ()), None, parts, **private)
    page.load(opened, None, [conversation, corpus], concurrency_limit=None, **private)


async def _reply(
    preparation: Preparation, question: str, messages: list[Message], said: tuple[Turn, ...]
) -> AsyncIterator[Step]:
    """Yield the page's next states until the question is answered; a question that cannot be asked stays in the box."""
    question = question.strip()
    if complaint := _complaint(question):
        yield gr.skip(), gr.skip(), line_html(complaint), gr.skip()
        return
    anchor = f"source-{len(messages)}"
    messages = [*_shown(messages), _message("user", question_html(question))]
    waiting = texts.SEARCHING if preparation.ready else texts.PREPARING
    yield [*messages, _message("assistant", line_html(waiting))], "", "", gr.skip()
    try:
        chatbot = await preparation.chatbot()
    except Exception:  # told to the operator by the server, which stops
        yield [*messages, _message("assistant", line_html(texts.UNAVAILABLE))], gr.skip(), gr.skip(), gr.skip()
        return
    text = ""
    async for item in gathered(chatbot, question, said):
        if isinstance(item, Answer):
            said = (*said, Turn("user", question), Turn("assistant", item.text))[-TURNS:]
            html = answer_html(item, lambda id: _text_of(chatbot, id), anchor)
            yield [*messages, _message("assistant", html, item.suggestions)], gr.skip(), gr.skip(), said
        else:
            text += item
            yield [*messages, _message("assistant", reply_html(text))], gr.skip(), gr.skip(), gr.skip()


def _complaint(question: str) -> str | None:
    if not question:
        return texts.EMPTY
    if len(question) > MAX_QUESTION:
        return texts.TOO_LONG.format(length=len(question), most=MAX_QUESTION)
    return None


def _shown(messages: list[Message]) -> list[Message]:
    """Return the conversation as the browser sent it back, of which only text is taken, without its old suggestions."""
    return [
        _message(message["role"], "".join(part["text"] for part in message["content"] if part["type"] == "text"))
        for message in messages
    ]


def _message(role: str, html: str, suggestions: tuple[str, ...] = ()) -> Message:
    options = [{"label": suggestion, "value": suggestion} for suggestion in suggestions]
    return {"role": role, "content": html, "options": options or None}


def _text_of(chatbot: Any, id: str) -> str | None:
    document = chatbot.library.document(id)
    return document.text if document else None


def _placeholder(hint: str) -> str:
    return f'<div class="greeting"><strong>{texts.GREETING}</strong><span>{hint}</span></div>'


def corpus_line(census: Census) -> str:
    """Return the line that says how answers are made and what the corpus holds."""
    first, last = census.first and day(census.first), census.last and day(census.last)
    if not first:
        dates = texts.CORPUS_NO_DATES
    elif first == last:
        dates = texts.CORPUS_ONE_DATE.format(first=first)
    else:
        dates = texts.CORPUS_DATES.format(first=first, last=last)
    return texts.CORPUS.format(documents=census.documents, dates=dates)
