"""Measure how long it takes until the chat page can be used in a browser: python -m eval.opening --times 10

Opens the page of a running server in Chromium at the first visit (nothing kept) and again (files kept), and waits until a
question can be typed and the questions to begin with can be clicked. Without ``--url``, starts a server from the settings.
"""

import argparse
import contextlib
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from eval.latency import percentile
from eval.streams import served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

GOAL = 2.0  # seconds
CHROMIUM = "/usr/bin/chromium"
WAITS = 60_000  # milliseconds until a page is given up


def main(arguments: Sequence[str]) -> int:
    """Print a table of the seconds; 1 where half of the visits took longer than the goal."""
    parser = argparse.ArgumentParser(prog="python -m eval.opening", description="Open the chat page in a browser.")
    parser.add_argument("--times", type=int, default=10, help="visits of each kind (%(default)s)")
    parser.add_argument("--url", help="a running server (one is started)")
    parser.add_argument("--browser", default=CHROMIUM, help="the browser's program (%(default)s)")
    asked = parser.parse_args(arguments)
    with contextlib.nullcontext(asked.url) if asked.url else served() as url:
        first, again = visits(url, asked.times, asked.browser)
    print(table(first, again))
    return 0 if percentile(first, 50) <= GOAL else 1


def visits(url: str, times: int, program: str = CHROMIUM) -> tuple[list[float], list[float]]:
    """Return the seconds of so many first visits, and of as many second ones."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise SystemExit("playwright is missing: pip install -r requirements-dev.txt -c constraints.txt") from None

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        seconds = [_visited(browser, url) for _ in range(times + 1)][1:]  # the browser itself is slow at first
        browser.close()
    return [first for first, _ in seconds], [again for _, again in seconds]


def table(first: Sequence[float], again: Sequence[float]) -> str:
    """Return a Markdown table of seconds."""
    lines = ["| visit | visits | usable p50 | p95 |", "|---|---:|---:|---:|"]
    for name, seconds in (("first", first), ("again", again)):
        figures = " | ".join(f"{percentile(seconds, percent):.2f} s" for percent in (50, 95))
        lines.append(f"| {name} | {len(seconds)} | {figures} |")
    return "\n".join(lines)


def _visited(browser: "Browser", url: str) -> tuple[float, float]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    try:
        return _opened(context.new_page(), url), _opened(context.new_page(), url)
    finally:
        context.close()


def _opened(page: "Page", url: str) -> float:
    began = time.perf_counter()
    page.goto(url, wait_until="commit")
    page.locator("#question textarea").fill("问", timeout=WAITS)
    page.locator(".example").first.click(trial=True, timeout=WAITS)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
