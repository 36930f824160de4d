"""Read the pairs that the built-in encoder learns from: (what someone looks for, the passage that holds it).

Three kinds: people's questions with their passages, a statute's title and heading with an article under it, and one
sentence of an article with the rest of it. Knows no tokenizer and no model. The data folder is not in the repository.
"""

import gzip
import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ARTICLE = re.compile(r"第\s*[一二三四五六七八九十百千零〇\d-]+\s*[条條]|\d{1,4} ")
_HEADING = re.compile(r"#+ ([^。]{1,40})|(第\s*[一二三四五六七八九十\d]+\s*[編编章節节]\s*[^。]{1,30})")
_SENTENCE = re.compile(r"[^。；：\n]+[。；：\n]?")
_WINDOW = 20


@dataclass(frozen=True)
class Pair:
    """What is looked for and the passage that holds it; ``kind`` is one of question, heading, sentence."""

    query: str
    passage: str
    kind: str


def read_pairs(data: Path, headings: int, sentences: int, seed: int) -> list[Pair]:
    """Return the questions of ``data``/train and as many pairs from the statutes as asked for, drawn by ``seed``.

    No pair comes from an article that is a right answer in ``retrieval/stard_test``, nor from one that shares 20
    characters in a row with such an article.
    """
    dice = random.Random(seed)
    kept_apart = _windows_of_right_articles(data)
    articles = [a for a in _articles(data) if 40 <= len(a[2]) <= 1200 and len(_SENTENCE.findall(a[2])) > 1]
    dice.shuffle(articles)
    free = (a for a in articles if kept_apart.isdisjoint(_windows(a[2])))
    pairs = [pair for pair in _question_pairs(data) if kept_apart.isdisjoint(_windows(pair.passage))]
    pairs += [Pair(f"{title} {heading}".strip(), text, "heading") for title, heading, text in _first(free, headings)]
    pairs += [_sentence_pair(*article, dice) for article in _first(free, sentences)]
    return pairs


def read_lines(path: Path) -> Iterator[dict]:
    """Yield the objects of a gzipped file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def statutes(data: Path) -> Iterator[tuple[str, str]]:
    """Yield (title, text) of every statute, lines that were broken inside a sentence joined."""
    for name in ("cn_laws", "tw_laws"):
        for row in read_lines(data / "corpora" / f"{name}.jsonl.gz"):
            yield row["title"], re.sub(r"\r\n\s*|\n {2,}", "", row["text"])


def _question_pairs(data: Path) -> Iterator[Pair]:
    for row in read_lines(data / "train" / "pairs.jsonl.gz"):
        yield Pair(row["question"], row["passage"], "question")


def _articles(data: Path) -> Iterator[tuple[str, str, str]]:
    """Yield (title of the statute, headings, text of an article)."""
    for title, text in statutes(data):
        heading, article = "", ""
        for line in text.split("\n"):
            if found := _HEADING.fullmatch(line.strip()):
                heading = (found[1] or found[2]).strip()
            elif _ARTICLE.match(line):
                yield title, heading, article
                article = line
            elif article:
                article += "\n" + line
        yield title, heading, article


def _sentence_pair(title: str, heading: str, text: str, dice: random.Random) -> Pair:
    """Take one sentence out of an article; what is left, under its title, is the passage that belongs to it."""
    parts = _SENTENCE.findall(text)
    query = dice.choice([part for part in parts if len(part) >= 12] or parts)
    rest = text.replace(query, "", 1) if dice.random() < 0.8 else text
    return Pair(query.strip(), f"{title} {heading}\n{rest}", "sentence")


def _first(articles: Iterator[tuple[str, str, str]], count: int) -> list[tuple[str, str, str]]:
    return [article for article, _ in zip(articles, range(count), strict=False)]


def _windows_of_right_articles(data: Path) -> set[str]:
    right = {i for row in read_lines(data / "retrieval" / "stard_test.questions.jsonl.gz") for i in row["document_ids"]}
    passages = read_lines(data / "retrieval" / "stard_test.passages.jsonl.gz")
    return {window for row in passages if row["id"] in right for window in _windows(row["text"].partition("\n")[2])}


def _windows(text: str) -> Iterator[str]:
    plain = re.sub(r"[\W_]+", "", text.translate(_simplified()))
    return (plain[i : i + _WINDOW] for i in range(len(plain) - _WINDOW + 1))


@cache
def _simplified() -> dict[int, str]:
    from embeddings.charsmap import spelling_folds

    return {ord(char): plain for char, plain in spelling_folds().items()}
