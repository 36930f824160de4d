"""Folding changes spellings and never lengths."""

import pytest

from corpus.fold import fold
from tests.corpus.texts import ALL


@pytest.mark.parametrize("name", ALL)
def test_every_text_keeps_its_length_and_folds_only_once(name: str) -> None:
    folded = fold(ALL[name])
    assert len(folded) == len(ALL[name])
    assert fold(folded) == folded


@pytest.mark.parametrize(
    "number", ["粤府办〔2000〕18号", "粤府办［２０００］18號", "粤府办[2000]18号", "粤府办（2000）18号"]
)
def test_brackets_and_widths_and_traditional_forms_of_one_number_are_one(number: str) -> None:
    assert fold(number) == "粤府办(2000)18号"


def test_invisible_characters_become_blanks() -> None:
    assert fold("深\u200b圳\u200d市\ufeff") == "深 圳 市 "
