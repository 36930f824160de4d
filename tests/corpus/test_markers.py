"""Enumerators at the start of a sentence, in every width."""

import pytest

from corpus.fold import fold
from corpus.markers import marker_at


@pytest.mark.parametrize(
    ("text", "level", "number"),
    [
        ("第一编 总则", 0, 1),
        ("第二部分 要求", 0, 2),
        ("第十二章　附则", 1, 12),
        ("第三节 监督", 2, 3),
        ("第一百二十条　本法", 3, 120),
        ("第 1-1 條 院長", 3, 1),
        ("第 12 條 本辦法", 3, 12),
        ("二、任务", 4, 2),
        ("（三）产品", 5, 3),
        ("(三) 产品", 5, 3),
        ("１．大力", 6, 1),
        ("2.2015年", 6, 2),
        ("（4）其他", 7, 4),
        ("③其他", 7, 3),
    ],
)
def test_an_enumerator_is_read_with_its_level_and_number(text: str, level: int, number: int) -> None:
    marker = marker_at(fold(text), 0)
    assert marker is not None
    assert (marker.level, marker.number) == (level, number)


@pytest.mark.parametrize("text", ["第一条第二款", "第二条的规定", "3.15国际消费者权益日", "一十百千万", "", "2015年"])
def test_what_only_looks_like_one_is_none(text: str) -> None:
    assert marker_at(fold(text), 0) is None
