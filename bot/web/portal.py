"""A portal to try the widget in: pages of another origin, under a strict policy of their own. Starts the chat as well.

python -m bot.web.portal        then open http://127.0.0.1:7870
"""

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template

from bot.settings import ROOT
from bot.web.embed import WIDGET, integrity

DEMO = Path(__file__).with_name("demo")
HOST = "127.0.0.1"
_TYPES = {".html": "text/html", ".css": "text/css", ".js": "text/javascript"}


def main(arguments: Sequence[str]) -> int:
    """Serve both until Ctrl+C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    parser = argparse.ArgumentParser(prog="python -m bot.web.portal", description="Try the widget in a portal's page.")
    parser.add_argument("--port", type=int, default=7870, help="port of the portal (%(default)s)")
    parser.add_argument("--chat-port", type=int, default=7860, help="port of the chat (%(default)s)")
    asked = parser.parse_args(arguments)
    here, chat = f"http://{HOST}:{asked.port}", f"http://{HOST}:{asked.chat_port}"
    server = portal(HOST, asked.port, chat)
    command = [sys.executable, str(ROOT / "app.py"), "--host", HOST, "--port", str(asked.chat_port)]
    process = subprocess.Popen(command, env={**os.environ, "POLICY_EMBED_ORIGINS": here})
    print(f"The portal is on {here} (Ctrl+C stops both)", file=sys.stderr, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    finally:
        process.terminate()
        process.wait()
        server.server_close()


def portal(host: str, port: int, chat: str, options: str = "") -> ThreadingHTTPServer:
    """Return a server of the portal's pages, which embed the widget of ``chat``; ``options`` are more data-… of its tag."""
    pages = {
        "/": _page(_script(chat, options)),
        "/inline": _page(_script(chat, f'{options} data-inline="#here"'), '<div id="here"></div>'),
        "/frame": _page("", f'<iframe title="政策问答" src="{chat}/embed"></iframe>'),
    }
    files = {f"/{name}": (DEMO / name).read_text(encoding="utf-8") for name in ("portal.css", "portal.js")}
    return ThreadingHTTPServer((host, port), _handler({**pages, **files}, policy(chat)))


def policy(chat: str) -> str:
    """Return the Content-Security-Policy that a portal needs at most for the widget: the two words that name ``chat``."""
    origin = "/".join(chat.split("/")[:3])
    return f"default-src 'none'; script-src 'self' {origin}; frame-src {origin}; style-src 'self'; base-uri 'none'"


def _script(chat: str, options: str) -> str:
    pin = integrity((WIDGET / "widget.js").read_bytes())
    words = 'data-title="政策问答" data-greeting="您好，我可以从政策原文中为您找到答案。" data-color="#9b1c1c"'
    return (
        f'<script src="{chat}/widget.js" integrity="{pin}" crossorigin="anonymous" defer\n  {words} {options}></script>'
    )


def _page(script: str, body: str = "") -> str:
    return Template((DEMO / "portal.html").read_text(encoding="utf-8")).substitute(script=script, body=body)


def _handler(files: Mapping[str, str], csp: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers with one of the files."""

        def do_GET(self) -> None:
            content = files.get(self.path.partition("?")[0])
            self.send_response(200 if content else 404)
            kind = _TYPES.get(Path(self.path.partition("?")[0]).suffix, "text/html")
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Security-Policy", csp)
            self.end_headers()
            self.wfile.write((content or "Not Found").encode())

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing of each request."""

    return Handler


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
