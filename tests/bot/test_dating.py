"""Which years of a question are asked for, and by which it calls a document."""

import pytest

from bot.dating import dating
from corpus.fold import fold


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("江苏2012年食品安全那份，要求抽检合格率到多少？", "食品安全"),
        ("08年省里那个节能意见说了什么", "节能"),
        ("按照1998年的办法，营业执照怎么办", ""),
        ("2003年定的规矩里，谁来抽查", ""),
        ("照杭州2011年的说法，第一责任人是谁", ""),
        ("2009年那份垃圾分类里，城区要到多少", "垃圾分类"),
        ("两千年的规定里说厂长要负什么责", ""),
        ("13年那份意见", ""),
    ],
)
def test_a_year_that_calls_a_document_is_not_asked_for(question: str, words: str) -> None:
    found = dating(fold(question))
    assert (found.asked, len(found.called), found.words) == ((), 1, words)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("杭州2012年的目标是多少", [2012]),
        ("到2012年要求达到多少", [2012]),
        ("2012年哪份文件规定了抽检合格率", [2012]),
        ("资料要保存15年吗", []),
        ("到15年底污水处理率是多少", [2015]),
        ("2012年的那个指标是多少", [2012]),
    ],
)
def test_a_year_asked_for_calls_no_document(question: str, years: list[int]) -> None:
    found = dating(fold(question))
    assert ([d.year for d in found.asked], found.called) == (years, ())
