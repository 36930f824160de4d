"""The kind of figure a question asks for: what it allows and what it does not."""

import pytest

from bot.answerers.units import asked_families, family_of, fits
from bot.understand import understand
from corpus.derive import derive
from corpus.document import Target
from corpus.fold import fold


def target(text: str) -> Target:
    (found,) = derive("id", text).targets
    return found


SHARE = target("合格率达到95%以上。")
COUNT = target("建立示范区80个以上。")
MONEY = target("对新认定的企业给予奖励50万元。")
TIME = target("记录保存期限不少于5年。")
RANK = target("综合实力进入全省前三名。")
INDEX = target("顾客满意度达到85以上。")


@pytest.mark.parametrize(
    ("question", "families"),
    [
        ("要建多少个示范区？", {"count"}),
        ("合格率是多少？", {"share"}),
        ("有百分之几的企业通过认证？", {"share"}),
        ("新认定的企业奖励多少钱？", {"money"}),
        ("记录要保存几年？", {"time"}),
        ("在全国排第几？", {"rank"}),
        ("万元GDP能耗目标", {"measure"}),
        ("目标是多少？", set()),
        ("每年的工作效率如何", set()),
    ],
)
def test_a_question_says_what_kind_of_figure_it_asks_for(question: str, families: set[str]) -> None:
    assert asked_families(fold(question)) == families


def test_each_figure_has_its_kind() -> None:
    assert [family_of(t) for t in (SHARE, COUNT, MONEY, TIME, RANK, INDEX)] == [
        "share", "count", "money", "time", "rank", "index",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("要建多少家？", [COUNT]),
        ("比例是多少？", [SHARE, INDEX]),
        ("目标是多少？", [SHARE, COUNT, MONEY, TIME, RANK, INDEX]),
        ("什么时候完成？", []),
        ("记录的期限是什么时间？", [TIME]),
        ("由哪个部门负责？", []),
        ("为什么要奖励？", []),
    ],
)
def test_a_figure_of_another_kind_does_not_answer(question: str, answers: list[Target]) -> None:
    understood = understand(question)
    every = (SHARE, COUNT, MONEY, TIME, RANK, INDEX)
    assert [t for t in every if fits(t, understood.folded, understood.kind)] == answers
