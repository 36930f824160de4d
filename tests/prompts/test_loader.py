"""Prompts: every one renders, and what is missing is named."""

import pytest

from prompts.loader import PromptError, names, prompt, variables


@pytest.mark.parametrize("name", names())
def test_each_prompt_renders(name: str) -> None:
    values = {variable: f"<{variable} $fence ${{x}}>" for variable in variables(name)}
    said = prompt(name, **values)
    assert all(value in said for value in values.values())
    assert said == said.strip() and any("一" <= char <= "鿿" for char in said + "一" * (name == "passage"))


def test_what_stands_as_data_stands_between_fences() -> None:
    said = prompt("question", fence="####1", passages="段落", question="问题")
    assert [line for line in said.splitlines() if line] == [
        "####1 段落开始", "段落", "####1 段落结束", "####1 问题开始", "问题", "####1 问题结束",
    ]  # fmt: skip


def test_an_unknown_prompt_and_a_missing_value_are_named() -> None:
    with pytest.raises(PromptError, match=r"There is no prompt 'poem'\. Known: answer, "):
        prompt("poem")
    with pytest.raises(PromptError, match="wrong: fence"):
        prompt("rewrite", dialogue="x")
    with pytest.raises(PromptError, match="wrong: more"):
        prompt("form_json", more="x")
