"""The report: one page, nothing from outside, nothing unescaped."""

from html.parser import HTMLParser
from pathlib import Path

from bot.answer import Answer, Turn
from eval.kept import Kept
from eval.questions import Question
from eval.report import write_report
from eval.scoring import compare, score

PAYLOAD = "<script>alert(1)</script><img src=http://example.org/x onerror=alert(1)>"


class Reader(HTMLParser):
    """Collects tags, attributes and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def made(folder: Path) -> Reader:
    question = Question("q" + PAYLOAD, PAYLOAD, (Turn("user", PAYLOAD),), answers=(PAYLOAD,), kind=PAYLOAD)
    answer = Answer(PAYLOAD, PAYLOAD, PAYLOAD, PAYLOAD * 40, "not_found", "topic")
    record = {"set": PAYLOAD, "commit": PAYLOAD, "settings": {"home": PAYLOAD}}
    kept = Kept(Path("runs/1"), record, {question.id: answer}, {}, {})
    scored = score([question], kept)
    other = score([question], Kept(Path("runs/0"), record, {question.id: Answer("", "", "x", "x", "answered")}, {}, {}))
    path = write_report(folder / "deep" / "er", kept, scored, compare(other, scored))
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


def test_nothing_that_was_asked_or_said_becomes_markup(tmp_path: Path) -> None:
    reader = made(tmp_path)
    assert PAYLOAD in reader.text
    assert not reader.tags & {"script", "img", "link", "iframe", "object"}


def test_the_page_fetches_nothing(tmp_path: Path) -> None:
    assert not made(tmp_path).attributes & {"src", "href", "onerror", "onclick"}
    assert "url(" not in (Path(__file__).parents[2] / "eval" / "report.css").read_text(encoding="utf-8")


def test_failures_latencies_kinds_and_changes_are_told(tmp_path: Path) -> None:
    text = made(tmp_path).text
    for part in (
        "By kind",
        "Latency",
        "Failures (1)",
        "Against the baseline",
        "worse (0)",
        "changed, as right or wrong as before (1)",
    ):
        assert part in text
