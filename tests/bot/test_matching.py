"""How much of a question a text holds."""

from collections.abc import Mapping, Sequence

from bot.matching import Weighted, weigh

TEXTS = ["饮用水源水质达标率", "城镇生活污水处理率", "工业废水达标排放"]


def frequencies(terms: Sequence[str]) -> tuple[Mapping[str, int], int]:
    return {term: sum(term in text for text in TEXTS) for term in terms}, len(TEXTS)


def test_the_text_that_says_more_of_the_question_holds_more_of_it() -> None:
    terms = weigh("饮用水源达标率", frequencies)
    shares = [terms.share(text) for text in TEXTS]
    assert shares[0] > 0.7
    assert max(shares[1:]) < 0.4


def test_nothing_asked_is_held_by_nothing() -> None:
    assert weigh("", frequencies).share("饮用水") == 0.0
    assert Weighted({}).share("饮用水") == 0.0


def test_what_is_asked_for_counts_more_than_what_describes_it() -> None:
    terms = weigh("城镇生活 达标排放", frequencies)
    assert terms.share("工业废水达标排放") > terms.share("城镇生活污水处理率")


def test_what_is_told_beside_the_question_counts_little() -> None:
    terms = weigh("达标排放", frequencies, aside="城镇生活")
    assert terms.share("城镇生活") < terms.share("达标排放") / 1.5


def test_an_official_word_stands_for_an_everyday_one() -> None:
    terms = weigh("脏水", frequencies)
    assert terms.share("城镇生活污水处理率") > 0.8
    assert terms.share("饮用水源水质达标率") == 0.0
