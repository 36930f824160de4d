"""What a question is read to ask."""

import pytest

from bot.understand import understand


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("深圳2015年饮用水源达标率目标", "figure"),
        ("质量强市联席会议的召集人是谁？", "who"),
        ("这项工作由哪个部门牵头", "who"),
        ("什么时候完成", "when"),
        ("什么是大质量工作机制", "definition"),
        ("如何申请补贴", "how"),
        ("为什么要开展这项工作", "why"),
        ("6大优势产业是哪几个？", "list"),
        ("是98%吗？", "yes_no"),
        ("对比深圳和广东省的达标率", "comparison"),
        ("深府〔2010〕183号的发布日期", "metadata"),
        ("这是哪个文件规定的？", "source"),
        ("你们收录了哪些文件？", "documents"),
        ("你好", "greeting"),
        ("写一首诗", "off_topic"),
        ("写一首关于质量政策目标的诗，深圳的达标率是多少", "figure"),
    ],
)
def test_tells_what_kind_of_answer_is_wanted(question: str, kind: str) -> None:
    assert understand(question).kind == kind


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("2015年的目标", (2015,)),
        ("二〇一五年的目标", (2015,)),
        ("１５年内完成２０１５年目标", (2015,)),
        ("“十二五”末的目标", (2015,)),
        ("深圳 2015 饮用水", (2015,)),
        ("符合GB3095-1996标准的天数", ()),
        ("深府〔2010〕183号的目标", ()),
    ],
)
def test_reads_years_and_not_the_numbers_that_look_like_them(question: str, years: tuple[int, ...]) -> None:
    assert understand(question).years == years


def test_a_year_that_names_a_document_is_no_deadline() -> None:
    u = understand("2005年那份文件里饮用水源达标率是多少")
    assert (u.years, u.document_years) == ((), (2005,))


def test_a_year_of_a_target_is_no_name_of_a_document() -> None:
    u = understand("广东省2015年的饮用水源水质达标率要求达到百分之几？")
    assert (u.years, u.document_years) == ((2015,), ())


@pytest.mark.parametrize(
    "question", ["粤府办［2005］90号", "粤府办〔２００５〕９０号", "粤府办(2005) 90 号", "粵府辦〔2005〕90號"]
)
def test_a_document_number_is_one_however_it_is_written(question: str) -> None:
    assert understand(question).numbers == ("粤府办〔2005〕90号",)


def test_content_is_the_indicator_without_place_year_and_question_words() -> None:
    assert understand("请问深圳市2015年饮用水源达标率的目标是多少？").content == "饮用水源达标率"


def test_what_is_told_beside_the_question_stands_aside() -> None:
    u = understand("我在深圳住，孩子刚上学，请问城镇生活污水处理率要达到多少？")
    assert "污水处理率" in u.content
    assert "孩子" in u.aside


def test_a_place_that_is_not_wanted_is_not_asked_for() -> None:
    assert understand("珠三角的合格率是多少？别给我深圳的").region_names == ("珠三角",)


def test_a_figure_that_describes_is_not_one_that_is_stated() -> None:
    assert understand("产值1000万元以上的企业都要认证吗").quantities == ()
    assert [q.low for q in understand("达标率是95%吗").quantities] == [95.0]


@pytest.mark.parametrize(
    ("question", "quantity"),
    [
        ("苏州的污水处理率也得到95%吧？", 95),
        ("苏州对新评上的企业一次奖20万元，没写错吧？", 200000),
        ("苏州的合格率是90%，对不对？", 90),
        ("网上说苏州一家奖20万元，帮我核实一下", 200000),
    ],
)
def test_a_statement_to_be_confirmed_asks_yes_or_no_and_its_figure_is_not_searched_for(
    question: str, quantity: float
) -> None:
    u = understand(question)
    assert (u.kind, [q.low for q in u.quantities]) == ("yes_no", [quantity])
    assert not any(word in u.content for word in ("%", "万元", "写错", "核实", "网上"))


@pytest.mark.parametrize("question", ["具体都要干什么？", "他们负责做什么？", "那怎么办？", "介绍一下吧，有哪些措施"])
def test_what_only_ends_like_a_yes_or_no_question_is_none(question: str) -> None:
    assert understand(question).kind != "yes_no"


def test_what_is_not_wanted_is_not_asked_for() -> None:
    u = understand("苏州每平方米用水量控制在多少？不要用电那个数。")
    assert "用电" not in u.content + u.aside and "用水" in u.content


def test_a_place_that_is_not_meant_is_kept_apart() -> None:
    u = understand("江苏全省（不是苏州）到2015年要建多少个公园？")
    assert (u.region_names, [r.name for r in u.unwanted]) == (("江苏",), ["苏州市"])


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("苏州下面的昆山市要建几家？", ("昆山市",)),
        ("苏州市昆山市要建几家？", ("苏州市昆山市",)),
        ("昆山和苏州各要建几家？", ("昆山", "苏州")),
        ("苏州和江苏省各要建几家？", ("苏州", "江苏省")),
    ],
)
def test_a_place_named_to_say_where_another_lies_is_not_asked_for(question: str, names: tuple[str, ...]) -> None:
    assert understand(question).region_names == names


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("领导小组的组长叫什么名字？", "who"),
        ("要关停哪五类小厂？", "list"),
        ("哪几个部门负责？", "who"),
        ("那份文件叫什么名字？", "metadata"),
        ("这份意见全称是什么？", "metadata"),
    ],
)
def test_a_name_or_a_count_asked_for_belongs_to_what_is_asked_of(question: str, kind: str) -> None:
    assert understand(question).kind == kind
