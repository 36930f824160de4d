"""Words of everyday talk and words of every text count little; subjects keep their weight."""

import itertools

import pytest

from corpus.words import words


def part(word: str) -> float:
    (found,) = words(word)
    return found.part


@pytest.mark.parametrize(("said", "subject"), [("打算", "污水"), ("日子", "水源"), ("哪些", "森林"), ("规定", "抽检")])
def test_talk_counts_less_than_a_subject(said: str, subject: str) -> None:
    assert part(said) < 0.6 <= part(subject)


def test_the_words_cover_the_text_in_order_whatever_it_holds() -> None:
    text = "老百姓 的污水\ud800，abc 98%"
    cut = list(words(text))
    assert cut[0].start == 0 and cut[-1].end == len(text)
    assert all(a.end == b.start for a, b in itertools.pairwise(cut))
