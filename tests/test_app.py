"""The commands, run as a person runs them: what they print, where, and with which exit status."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import app
from bot.settings import Settings
from bot.start import following, open_library, writing

ROOT = Path(__file__).parent.parent
QUESTION = "深圳2015年饮用水源达标率目标"
POLICIES = sorted(path.stem for path in (ROOT / "corpus" / "policies").glob("*.txt"))


class Ended(NamedTuple):
    status: int
    out: str
    err: str


Command = Callable[..., Ended]


@pytest.fixture(scope="session")
def built_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with library and index of the real policies; not to be changed."""
    home = tmp_path_factory.mktemp("home")
    done = process("search", "饮用水", home=home)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture
def command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Iterator[Callable[..., Ended]]:
    """Run ``python app.py …`` in this process, in a home of its own unless another is given."""

    def run(*arguments: str, home: Path = tmp_path / "home", corpus: Path | None = None) -> Ended:
        monkeypatch.setenv("POLICY_HOME", str(home))
        monkeypatch.setenv("POLICY_CORPUS", str(corpus or ROOT / "corpus" / "policies"))
        try:
            status = app.main(list(arguments))
        except SystemExit as end:
            status = int(end.code or 0)
        return Ended(status, *capfd.readouterr())

    yield run


def process(*arguments: str, home: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run ``python app.py …`` in a process of its own, with no other setting than these."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("POLICY_")}
    return subprocess.run(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env=clean | {"POLICY_HOME": str(home)} | environ,
        capture_output=True,
        text=True,
        timeout=120,
    )


def is_one_line(text: str) -> bool:
    return bool(text.strip()) and len(text.strip().splitlines()) == 1


def test_ask_json_prints_the_answer_object_and_nothing_else(command: Command, built_home: Path) -> None:
    ended = command("ask", "--json", QUESTION, home=built_home)
    answer = json.loads(ended.out)
    assert ended.status == 0
    assert (answer["answer"], answer["status"], answer["refused"]) == ("98%以上", "answered", False)
    proof = next(citation for citation in answer["citations"] if citation["role"] == "proof")
    assert proof["number"] == "深府〔2010〕183号"
    text = (ROOT / "corpus" / "policies" / f"{proof['document_id']}.txt").read_bytes().decode("utf-8-sig")
    assert text[proof["start"] : proof["end"]] == proof["quote"]


def test_ask_prints_the_reply_and_then_its_citation_plainly(command: Command, built_home: Path) -> None:
    ended = command("ask", QUESTION, home=built_home)
    assert ended.status == 0
    assert "98%以上" in ended.out.splitlines()[0]
    assert "依据：《深圳市人民政府关于开展质量强市活动的实施意见》 深府〔2010〕183号" in ended.out
    assert "环境质量目标" in ended.out


def test_a_refusal_is_an_answer(command: Command, built_home: Path) -> None:
    ended = command("ask", "--json", "广州2015年饮用水源达标率目标", home=built_home)
    answer = json.loads(ended.out)
    assert ended.status == 0
    assert answer["refused"] and answer["answer"] == ""


def test_history_is_read_oldest_first(command: Command, built_home: Path) -> None:
    ended = command("ask", "--json", "那广东省到2010年呢？", "--history", QUESTION, home=built_home)
    assert json.loads(ended.out)["answer"] == "95%以上"


@pytest.mark.parametrize("question", ["", "  \n", "深" * 5000], ids=["empty", "blank", "5,000 characters"])
@pytest.mark.parametrize("name", ["ask", "search"])
def test_what_cannot_be_asked_is_wrong_use(command: Command, name: str, question: str) -> None:
    ended = command(name, question)
    assert ended.status == 2 and ended.out == "" and is_one_line(ended.err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["ask"],
        ["ask", QUESTION, "--nonsense"],
        ["--port", "0"],
        ["--port", "x"],
        ["add"],
        ["ask", "a", "b"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line_and_status_2(command: Command, arguments: list[str]) -> None:
    ended = command(*arguments)
    assert ended.status == 2 and ended.out == "" and is_one_line(ended.err)


def test_a_wrong_setting_is_one_line_and_status_2(tmp_path: Path) -> None:
    done = process("list", home=tmp_path, POLICY_HOMES="x")
    assert (done.returncode, done.stdout) == (2, "") and is_one_line(done.stderr)
    assert "POLICY_HOMES" in done.stderr


def test_search_ranks_and_shows_the_parts_of_each_score(command: Command, built_home: Path) -> None:
    ended = command("search", "--json", QUESTION, home=built_home)
    passages = json.loads(ended.out)["passages"]
    assert ended.status == 0
    assert any("饮用水源水质达标率98%" in passage["text"] for passage in passages)
    assert [p["score"] for p in passages] == sorted((p["score"] for p in passages), reverse=True)
    assert all(
        p["document_id"] and p["title"] and set(p["parts"]) == {"terms", "vectors", "nearness"} for p in passages
    )
    plain = command("search", QUESTION, home=built_home)
    assert "terms" in plain.out and passages[0]["id"] in plain.out


def test_list_shows_each_document_and_loads_nothing_heavy(tmp_path: Path) -> None:
    code = (
        "import sys, app; status = app.main(['list']); "
        "heavy = {'torch', 'gradio', 'chromadb', 'fastapi', 'sentence_transformers', 'langchain_core'}; "
        "sys.exit(status or ', '.join(heavy & set(sys.modules)) or 0)"
    )
    environ = os.environ | {"POLICY_HOME": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert [line.split()[0] for line in done.stdout.splitlines()] == ["id", *POLICIES]
    assert "深府〔2010〕183号" in done.stdout


def test_list_json_is_an_array_of_documents(command: Command) -> None:
    ended = command("list", "--json")
    entries = json.loads(ended.out)
    assert [entry["id"] for entry in entries] == POLICIES
    assert all(entry["title"] and entry["passages"] > 0 for entry in entries)


def test_an_empty_library_is_an_empty_list(command: Command, tmp_path: Path) -> None:
    ended = command("list", "--json", corpus=tmp_path / "missing")
    assert (ended.status, json.loads(ended.out)) == (0, [])


def test_nothing_to_answer_from_is_one_line_and_status_1(command: Command, tmp_path: Path) -> None:
    for arguments in (["ask", QUESTION], ["search", QUESTION]):
        ended = command(*arguments, corpus=tmp_path / "missing")
        assert ended.status == 1 and ended.out == "" and is_one_line(ended.err)
        assert "POLICY_CORPUS" in ended.err


def test_an_added_document_is_found_and_a_removed_one_is_not(command: Command, tmp_path: Path) -> None:
    policy = tmp_path / "海州市.txt"
    policy.write_text("海州市人民政府关于绿化的通知\n\n到2015年，全市森林覆盖率达到41.5%以上。\n", encoding="utf-8")
    empty = tmp_path / "empty"
    added = command("add", str(policy), corpus=empty)
    assert added.status == 0 and "海州市" in added.out
    assert "41.5%" in command("search", "森林覆盖率", corpus=empty).out
    assert command("remove", "海州市", corpus=empty).status == 0
    assert json.loads(command("list", "--json", corpus=empty).out) == []


def test_what_fails_is_named_and_the_rest_goes_in(command: Command, tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("海州市人民政府关于绿化的通知\n\n全市森林覆盖率达到41.5%以上。\n", encoding="utf-8")
    ended = command("add", "--json", str(tmp_path / "missing.txt"), str(good), corpus=tmp_path / "empty")
    report = json.loads(ended.out)
    assert ended.status == 1
    assert {Path(file["path"]).name: file["status"] for file in report["files"]} == {
        "missing.txt": "failed",
        "good.txt": "added",
    }


def test_an_unknown_document_cannot_be_removed(command: Command) -> None:
    ended = command("remove", "nonsense")
    assert ended.status == 1 and ended.out == "" and is_one_line(ended.err)


def test_a_second_start_encodes_nothing_and_reindex_gives_the_same(command: Command) -> None:
    first = command("search", "--json", QUESTION)
    index = json.loads(command("list", "--json").out)
    second = process("search", "--json", QUESTION, home=Path(os.environ["POLICY_HOME"]))
    assert second.stdout == first.out
    assert command("reindex").status == 0
    assert command("search", "--json", QUESTION).out == first.out
    assert json.loads(command("list", "--json").out) == index


def test_a_reader_beside_a_writer_answers_from_what_is_there(command: Command, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert command("search", QUESTION).status == 0
    with writing(Settings(home=home)):
        ended = command("search", "--json", QUESTION)
        assert ended.status == 0 and json.loads(ended.out)["passages"]
        assert "Another process is writing" in ended.err and is_one_line(ended.err)
        refused = command("add", str(ROOT / "README.md"))
        assert refused.status == 1 and is_one_line(refused.err)


def test_two_writers_never_meet(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    library = open_library(settings)
    with following(settings, library) as first, following(settings, library) as second:
        assert (first, second) == (True, False)


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    command = f"{sys.executable} app.py list --json | head -c 1"
    environ = os.environ | {"POLICY_HOME": str(tmp_path)}
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[", "")


def test_a_keyboard_interrupt_is_quiet(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sys.stdout.write", interrupted, raising=False)
    ended = command("list")
    monkeypatch.undo()
    assert (ended.status, ended.err) == (130, "")


def test_a_broken_home_is_one_line(command: Command, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "library.sqlite").write_bytes(b"this is no database" * 100)
    ended = command("list")
    assert ended.status == 1 and ended.out == "" and is_one_line(ended.err)
    assert (home / "library.sqlite").read_bytes() == b"this is no database" * 100


def test_eval_writes_an_answer_for_each_question_and_keeps_the_run(
    command: Command, built_home: Path, tmp_path: Path
) -> None:
    questions = tmp_path / "set.jsonl"
    rows = [{"id": "a", "question": QUESTION}, {"id": "b", "question": "今天天气怎么样", "answerable": False}]
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows))
    answers = tmp_path / "answers.jsonl"
    ended = command("eval", str(questions), "--answers", str(answers), home=built_home)
    assert ended.status == 0, ended.err
    written = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    assert [answer["id"] for answer in written] == ["a", "b"]
    assert written[0]["answer"] == "98%以上" and written[1]["refused"]
    folder = Path(ended.out.splitlines()[-1].removeprefix("Kept in "))
    assert folder.parent == built_home / "runs"
    assert (folder / "answers.jsonl").read_bytes() == answers.read_bytes()
    assert (folder / "questions.jsonl").read_bytes() == questions.read_bytes()
    run = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    assert run["questions"] == 2 and run["settings"]["home"] == str(built_home) and len(run["set_sha256"]) == 64
    assert sum(run["statuses"].values()) == 2 and {"commit", "dirty", "began", "seconds"} <= set(run)


def test_a_broken_set_is_named_and_nothing_is_asked(command: Command, tmp_path: Path) -> None:
    questions = tmp_path / "set.jsonl"
    questions.write_text('{"id": "a", "question": "x"}\n{"id": "a", "question": "y"}\n')
    ended = command("eval", str(questions), "--answers", str(tmp_path / "answers.jsonl"))
    assert ended.status == 2 and is_one_line(ended.err)
    assert ended.err.startswith(f"{questions}:2: ")
    assert not (tmp_path / "answers.jsonl").exists() and not (tmp_path / "home").exists()


def test_a_missing_set_is_one_line(command: Command, tmp_path: Path) -> None:
    ended = command("eval", str(tmp_path / "missing.jsonl"))
    assert ended.status == 2 and is_one_line(ended.err) and "missing.jsonl" in ended.err


def test_answers_never_overwrite_their_questions(command: Command, tmp_path: Path) -> None:
    questions = tmp_path / "set.jsonl"
    questions.write_text('{"id": "a", "question": "x"}\n')
    ended = command("eval", str(questions), "--answers", str(questions))
    assert ended.status == 2 and "question" in questions.read_text()
