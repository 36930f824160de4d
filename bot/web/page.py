"""The chat page, in Gradio: its parts and which event does what. Holds no conversation but those of open pages."""

import json
import os
from pathlib import Path
from typing import Any

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

import gradio as gr
from starlette.applications import Starlette

from bot.web import frame, texts
from bot.web.doors import Doors
from bot.web.message import greeting
from bot.web.render import line_html
from bot.web.talk import Parts, Talk

STREAMS = 64  # replies that stream at once
WAITING = 256  # questions that may queue behind them
HERE = Path(__file__).parent
STYLES = ("answer.css", "style.css")  # of an answer, which the widget shares, and of this page
SCRIPTS = ("page.js", "beside.js", "history.js", "judge.js", "filters.js")
FONTS = ("system-ui", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "sans-serif")


def mount(app: Starlette, doors: Doors) -> None:
    """Put the page at ``/`` of ``app``, behind every route that stands there already."""
    gr.mount_gradio_app(
        app,
        _build(doors),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        ssr_mode=False,
        theme=gr.themes.Default(primary_hue="blue", neutral_hue="slate", font=FONTS),
        css="\n".join((HERE / name).read_text(encoding="utf-8") for name in STYLES),
        head=f"<script>{_script()}</script>",
    )


def _script() -> str:
    given = {"texts": texts.IN_PAGE, "conversations": frame.CONVERSATIONS, "added": frame.added_html()}
    scripts = [(HERE / name).read_text(encoding="utf-8") for name in SCRIPTS]
    data = json.dumps(given).replace("</", "<\\/")  # or it would end the script
    return "\n".join([f"window.policy = {data};", *scripts])


def _build(doors: Doors) -> gr.Blocks:
    with gr.Blocks(title=texts.TITLE, analytics_enabled=False, fill_height=True) as page:
        with gr.Row(elem_id="top"):
            gr.Markdown(frame.masthead_html())
            with gr.Row(elem_id="tools"):
                new = gr.Button(texts.NEW_CHAT, elem_id="new-chat", min_width=0, scale=0)
                gr.Button(texts.HISTORY, elem_id="open-history", min_width=0, scale=0)
                export = gr.Button(texts.EXPORT, elem_id="export", min_width=0, scale=0)
        with gr.Row(elem_id="stage", equal_height=True):
            with gr.Column(elem_id="talk", scale=3, min_width=0):
                parts = _talk_parts()
            gr.Markdown(elem_id="beside-column")
        _connect(page, Talk(parts, doors), parts, new, export)
    for block in page.blocks.values():
        block.async_move_resource_to_block_cache = _refuse_file
    return page.queue(default_concurrency_limit=STREAMS, max_size=WAITING, api_open=False)


def _talk_parts() -> Parts:
    """Make the conversation with the filters and the box below it."""
    chat = gr.Chatbot(
        elem_id="conversation",
        label=texts.CONVERSATION,
        show_label=False,
        placeholder=greeting(texts.GREETING_HINT),
        latex_delimiters=[],
        allow_tags=False,
        buttons=[],
        height=None,
        scale=1,
        layout="bubble",
        autoscroll=False,
    )
    gr.Markdown(elem_id="filters")
    with gr.Row(elem_id="notice-line"):
        notice = gr.Markdown(elem_id="notice")
        cancel = gr.Button(texts.CANCEL_EDIT, elem_id="cancel-edit", min_width=0, scale=0, visible=False)
    with gr.Row(elem_id="ask"):
        box = gr.Textbox(
            label=texts.BOX_LABEL,
            placeholder=texts.BOX_HINT,
            show_label=False,
            autofocus=True,
            max_lines=6,
            elem_id="question",
        )
        send = gr.Button(texts.SEND, elem_id="send", min_width=0, scale=0, variant="primary")
        stop = gr.Button(texts.STOP, elem_id="stop", min_width=0, scale=0, visible=False)
    corpus = gr.Markdown(line_html(texts.CORPUS_PREPARING), elem_id="corpus")
    return Parts(
        chat=chat,
        notice=notice,
        cancel=cancel,
        box=box,
        send=send,
        stop=stop,
        corpus=corpus,
        conversation=gr.State((), time_to_live=24 * 3600),
        edited=gr.State(None, time_to_live=24 * 3600),
        told=gr.Markdown(elem_id="told", visible="hidden", latex_delimiters=[]),
        sent=gr.Textbox(elem_id="sent", visible="hidden"),
        limits=gr.Textbox(elem_id="limits", visible="hidden"),
        held=gr.Textbox(elem_id="held", visible="hidden"),
    )


async def _refuse_file(path: str) -> None:
    """Take no file: Gradio would fetch any address that a request names, for any component."""
    raise PermissionError(f"The page takes no files: {path}")


def _connect(page: gr.Blocks, talk: Talk, p: Parts, new: gr.Button, export: gr.Button) -> None:
    """Say which event does what. What page.js has to say comes through hidden buttons, with ``sent``."""
    private: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    asking = {**private, "concurrency_id": "asking", "concurrency_limit": STREAMS}
    every = [p.chat, p.conversation, p.edited, p.notice, p.cancel, p.box, p.send, p.stop, p.told]
    sent = [p.sent, p.conversation]

    gr.on([p.box.submit, p.send.click], talk.ask, [p.box, p.conversation, p.edited, p.limits, p.held], every, **asking)
    gr.on([p.chat.option_select, p.chat.example_select], talk.pick, [p.conversation, p.limits, p.held], every, **asking)
    _hidden("do-again").click(talk.again, sent, every, **asking)
    p.stop.click(talk.stop, p.conversation, [p.send, p.stop], **private)

    _hidden("do-edit").click(talk.edit, sent, every, **private)
    p.cancel.click(talk.leave_edit, None, every, **private)
    gr.on([new.click, p.chat.clear], talk.clear, None, every, **private)
    _hidden("do-open").click(talk.reopen, p.sent, every, **private)
    _hidden("do-judge").click(talk.judge, p.sent, p.notice, **private)
    export.click(talk.export, p.conversation, [p.told, p.notice], **private)
    _hidden("do-table").click(talk.table, sent, [p.told, p.notice], **private)
    _hidden("do-narrow").click(talk.narrow, p.limits, p.told, **private)
    page.load(talk.opened, None, [p.chat, p.corpus, p.told], concurrency_limit=None, **private)


def _hidden(name: str) -> gr.Button:
    return gr.Button(visible="hidden", elem_id=name)
