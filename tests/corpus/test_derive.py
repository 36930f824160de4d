"""The whole path is pure, repeatable and in proportion to the text."""

import pytest

from corpus.derive import derive
from corpus.identity import Given
from tests.corpus.texts import ALL, derived


@pytest.mark.parametrize("name", ALL)
def test_the_same_text_gives_the_same_twice(name: str) -> None:
    assert derived(name) == derived(name)


@pytest.mark.parametrize("name", ["shenzhen-2010-183", "notice", "statute"])
def test_what_is_given_changes_identity_and_never_the_text(name: str) -> None:
    given = derive(name, ALL[name], Given(title="另一个标题", region="广东省"))
    assert given.document.text == ALL[name]
    assert (given.document.title, given.document.region) == ("另一个标题", "广东省")
    assert [t.span for t in given.targets] == [t.span for t in derived(name).targets]


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\u3000" * 100_000, "\x00" * 300_000, "深圳质量" * 75_000, "深圳质量2015年达到98%以上" * 18_000, "一、" * 100_000,
        "（" * 150_000 + "《" * 150_000, "1" * 300_000, "一" * 300_000, "粤府办〔2005〕90号" * 25_000, "2010年11月30日" * 25_000,
        "市人民政府2010年11月30日" * 18_000, "a " * 100_000, "，" * 300_000,
    ],
)  # fmt: skip
def test_a_hostile_text_is_derived_to_its_end(text: str) -> None:
    assert derive("id", text).document.text == text
