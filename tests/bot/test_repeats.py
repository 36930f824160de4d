"""Repeats: what says the same again is left out, what promises something else is not."""

from itertools import count

from bot.inquiry import Found
from bot.repeats import distinct
from corpus.document import Document, Passage, Span

SAID = "到2015年，全市饮用水源水质达标率达到98%以上，城镇生活污水处理率达到80%以上。"


def make_finder():
    numbers = count()

    def find(text: str, document: str = "a", region: str | None = "广东省深圳市") -> Found:
        passage = Passage(f"{document}#{next(numbers)}", document, (Span(0, len(text)),), (), text, "")
        return Found(passage, Document(document, text, document, region=region), 1.0)

    return find


find = make_finder()


def test_what_is_said_again_is_left_out_however_it_is_written() -> None:
    first = find(SAID)
    again = [find(SAID), find(SAID.replace("，", ", ").replace("98%", "９８％")), find("（三）" + SAID)]
    assert distinct([first, *again]) == [first]


def test_of_several_documents_that_say_the_same_two_are_shown() -> None:
    found = [find(SAID, document) for document in ("a", "b", "c", "b", "d")]
    assert [f.document.id for f in distinct(found)] == ["a", "b"]


def test_other_figures_and_other_places_are_no_repeats() -> None:
    found = [
        find(SAID),
        find(SAID.replace("98", "95"), "b"),
        find(SAID.replace("2015", "2020")),
        find(SAID, "c", "广东省广州市"),
        find(SAID, "d", None),
    ]
    assert distinct(found) == found


def test_a_document_gives_at_most_so_many_and_its_best() -> None:
    words = ["教育局负责招生工作", "公安局负责户籍登记", "水务局负责水源保护", "卫生局负责疫苗接种"]
    found = [find(text, document) for text in words for document in ("x", "y")]
    kept = distinct([f for f in found if f.document.id == "x"] + [find("其他", "y")], per_document=2)
    assert [f.passage.text for f in kept] == [words[0], words[1], "其他"]


def test_short_and_empty_texts_are_compared_whole() -> None:
    found = [find("水"), find("电"), find("水"), find("。"), find("")]
    assert [f.passage.text for f in distinct(found)] == ["水", "电", "。"]
