"""Late interaction: words of one meaning are near, and no text is too strange."""

import numpy as np
import pytest

from embeddings.late import nearness


def test_a_text_is_as_near_to_itself_as_can_be() -> None:
    same, other = nearness("饮用水源水质达标率", ["饮用水源水质达标率", "由市教育局负责招生工作"])
    assert same == pytest.approx(1.0, abs=1e-3) and other < 0.8


def test_words_that_stand_for_the_same_are_near() -> None:
    penalty, school = nearness("罚款", ["由公安机关给予处罚", "高等学校招收新生"])
    assert penalty > school


def test_spelling_and_order_do_not_matter() -> None:
    plain, again = nearness("饮用水源达标", ["达标的饮用水源", "達標的飲用水源"])
    assert plain == pytest.approx(again)


def test_more_words_around_take_nothing_away() -> None:
    short, long = nearness(
        "森林覆盖率", ["森林覆盖率达到40%", "本市认真落实各项工作，森林覆盖率达到40%，其他工作另行安排"]
    )
    assert long == pytest.approx(short, abs=0.05)


@pytest.mark.parametrize("question", ["", " ", "水", "\ud800水", "𠮷" * 3000])
def test_empty_and_strange_texts_have_a_nearness(question: str) -> None:
    near = nearness(question, ["", " ", "\ud800", "水" * 5000, "水源"])
    assert near.shape == (5,) and np.isfinite(near).all() and near[0] == near[1] == 0
    assert nearness(question, []).shape == (0,)
