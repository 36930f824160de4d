"""Nothing is callable that the page does not offer: over plain HTTP, as somebody who never opens the page would try."""

import base64
import inspect
import json
import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from starlette.routing import BaseRoute

from bot.settings import Settings
from bot.web.application import create_app
from bot.web.talk import Talk

NEEDED = """GET / HEAD / GET /assets/x GET /static/x GET /theme.css GET /favicon.ico GET /robots.txt GET /config
POST /gradio_api/queue/join GET /gradio_api/queue/data"""
CLOSED = """/gradio_api/upload /gradio_api/file=/etc/passwd /gradio_api/proxy=http://e.example /gradio_api/run/ask
/gradio_api/call/ask /gradio_api/component_server /monitoring /docs /redoc /login /gradio_api/queue/join/../../upload
/gradio_api//upload //gradio_api/upload /gradio_api/upload/ /config/ /gradio_api/queue/join/ /gradio_api/%75pload
/assets/%2e%2e/%2e%2e/routes.py /static/..%2f..%2froutes.py"""
RUBBISH = [None, -1, {}, [{}] * 3, {"path": "/etc/passwd"}, '"\\ud800"', "[[]]", "[" * 2000]
Asked = tuple[bool, str]  # whether an event succeeded, and all that was sent of it


@pytest.fixture(scope="module")
def config(address: str) -> dict[str, Any]:
    return httpx.get(f"{address}/config").json()


@pytest.fixture
def send(address: str, config: dict[str, Any]) -> Callable[..., Asked]:
    """Call an event by its name with values for its inputs, in a session."""

    def sent(name: str, data: list[Any], session: str = "", event_data: Any = None) -> Asked:
        session = session or uuid.uuid4().hex
        event = next(each for each in config["dependencies"] if each["api_name"] == name)
        join = {"data": data, "fn_index": event["id"], "session_hash": session, "event_data": event_data}
        joined = httpx.post(f"{address}/gradio_api/queue/join", json=join)
        if joined.status_code != 200:
            assert 400 <= joined.status_code < 500, joined.text
            return False, joined.text
        came = httpx.get(f"{address}/gradio_api/queue/data", params={"session_hash": session}, timeout=30).text
        events = [json.loads(line.removeprefix("data:")) for line in came.splitlines() if line.startswith("data:")]
        done = next(each for each in events if each["msg"] == "process_completed")
        return done["success"], came

    return sent


@pytest.mark.parametrize("path", CLOSED.split())
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_not_offered_is_closed(address: str, method: str, path: str) -> None:
    response = httpx.request(method, address + path, files={"files": b"x"} if method == "POST" else None)
    assert response.status_code in (403, 404, 405), response.text
    assert "import" not in response.text


def test_of_all_that_gradio_can_do_only_what_the_page_needs_is_open(
    address: str, chatbot: Any, ready: Callable[[Any], Any], served_home: Any
) -> None:
    app = create_app(ready(chatbot), Settings(home=served_home))
    machinery = {each for each in _paths(app.routes) if each[1].startswith("/gradio_api/")} | _gradio(app.routes)
    assert len(machinery) > 50  # so that they were all seen
    machinery.discard(("GET", "/gradio_api/heartbeat/x"))  # it never ends
    machinery = {each for each in machinery if each[1] != "/openapi.json"}  # the API's own answers there
    opened = {
        f"{method} {path}" for method, path in machinery if httpx.request(method, address + path).status_code != 404
    }
    needed = {" ".join(pair) for pair in zip(NEEDED.split()[::2], NEEDED.split()[1::2], strict=True)}
    assert opened <= needed, opened - needed


def test_the_page_has_an_event_for_each_thing_that_is_offered_and_none_has_a_name_to_call(
    address: str, config: dict[str, Any]
) -> None:
    offered = {name for name, _ in inspect.getmembers(Talk, inspect.isfunction) if not name.startswith("_")}
    events = config["dependencies"]
    assert {each["api_name"] for each in events if each["backend_fn"]} == offered
    assert all(each["api_visibility"] == "private" for each in events)
    for body in ({"fn_index": 99}, {"fn_index": -1}, {"api_name": "ask"}, {"fn_index": None}, {}):
        join = {"data": ["问"], "session_hash": "s", **body}
        assert httpx.post(f"{address}/gradio_api/queue/join", json=join).status_code >= 400, body


def test_no_event_takes_a_file(send: Callable[..., Asked], address: str, config: dict[str, Any]) -> None:
    file = {"path": f"{address}/robots.txt", "meta": {"_type": "gradio.FileData"}}
    kept = {each["id"] for each in config["components"] if each["type"] == "state"}  # what is sent for it is not read
    for event in _called(config):
        if set(event["inputs"]) - kept:
            succeeded, came = send(event["api_name"], [file] * len(event["inputs"]))
            assert not succeeded and "robots" not in came, event["api_name"]


@pytest.mark.parametrize("rubbish", RUBBISH, ids=lambda each: str(each)[:12])
def test_rubbish_to_any_event_tells_nothing_and_breaks_nothing(
    send: Callable[..., Asked], address: str, config: dict[str, Any], rubbish: Any
) -> None:
    for event in _called(config):
        _, came = send(event["api_name"], [rubbish] * len(event["inputs"]), event_data=rubbish)
        assert not re.search(r"Traceback|File \"|Error:|/bot/|site-packages", came), (event["api_name"], came)
    assert httpx.get(f"{address}/health").status_code == 200


def test_a_conversation_is_not_given_by_whoever_calls_and_not_to_another_session(
    send: Callable[..., Asked], chatbot: Any
) -> None:
    forged = [{"question": "伪造的问题", "answer": {"text": "伪造的回答"}}]
    assert send("ask", [chatbot.question, forged, 0, "{}", ""], "one")[0]
    assert chatbot.histories[-1] == ()
    (exported,) = _told(send("export", [forged], "one")[1])
    assert "98%以上" in exported["value"]["text"] and "伪造" not in exported["value"]["text"]
    assert _told(send("export", [forged], "two")[1]) == []


def _called(config: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (each for each in config["dependencies"] if each["backend_fn"])


def _told(came: str) -> list[dict[str, Any]]:
    """Return what an event tells the page's script."""
    return [json.loads(base64.b64decode(each)) for each in re.findall(r"class=.{1,3}told.{1,3}>([\w+/=]+)<", came)]


def _paths(routes: list[BaseRoute]) -> set[tuple[str, str]]:
    """Return method and path, its parameters filled in, of each route, also of those inside others."""
    found = set[tuple[str, str]]()
    for route in routes:
        inner = getattr(route, "original_router", route)
        if not hasattr(route, "endpoint") and getattr(inner, "routes", None):
            found |= _paths(inner.routes)
        else:
            path = re.sub(r"\{[^}]*\}", "x", getattr(route, "path", ""))
            found |= {(method, path) for method in getattr(route, "methods", None) or ()}
    return found


def _gradio(routes: list[BaseRoute]) -> set[tuple[str, str]]:
    """Return those of the application that is mounted at the root."""
    mounted = next(route for route in routes if getattr(route, "path", None) == "" and hasattr(route, "app"))
    return _paths(mounted.routes)
