"""A comparison is a table whose every cell leads to its sentence, a drawing of its figures, and a file that runs nothing."""

import csv
import io
import re

import pytest

from bot.answer import Answer, Citation
from bot.web.comparison import chart_html, comparison_of
from bot.web.export import comparison_csv
from bot.web.render import answer_html

TABLE = """| 地方 | 指标 | 数值 | 期限 |
| --- | --- | --- | --- |
| 深圳 | 饮用水源达标率 | **98%以上**[1][2] | 到2015年 |
| 广东省 | 饮用水源达标率 | **95%以上**[3] | 到2010年 |
| 广州 | — | 所收录的文件里没有找到 | — |"""


def citation(quote: str, role: str = "proof") -> Citation:
    return Citation(
        role, "a", "意见", "深府〔2010〕183号", "深圳市人民政府", "深圳市", "2010-11-30", None, (), (), quote, 0, 9
    )


CITATIONS = (
    citation("饮用水源水质达标率98%以上"),
    citation("到2015年，率先建立体系", "scope"),
    citation("到2010年饮用水源水质达标率95%以上"),
)
ANSWER = Answer("比较", "比较", "深圳98%以上；广东省95%以上；广州没有规定", TABLE, "partial", citations=CITATIONS)


def test_every_cell_leads_to_the_sentence_that_says_it() -> None:
    shown = answer_html(ANSWER, lambda id: None, "s")
    rows = re.findall(r"<tr>(.*?)</tr>", shown)[1:]
    for row, proof, year in ((rows[0], 1, 2), (rows[1], 3, 3)):
        cells = re.findall(r"<td>(.*?)</td>", row)
        leads = [re.match(r'<a class="cell" href="#s-(\d)"', cell)[1] for cell in cells]
        assert [int(n) for n in leads] == [proof, proof, proof, year]
    assert "<a" not in rows[2]
    assert "<a" not in re.sub(r"<a [^>]*>[^<]*(<strong>[^<]*</strong>)?</a>", "", shown)  # none stands in another


def test_figures_of_one_unit_are_drawn_side_by_side() -> None:
    shown = chart_html(comparison_of(ANSWER), "s")
    assert re.findall(r'width="([\d.]+)%"', shown) == ["98", "95"]
    assert re.findall(r'class="bar-name">([^<]*)', shown) == ["深圳", "广东省", "广州"]
    assert re.findall(r'href="#s-(\d)"', shown) == ["1", "3"]
    assert "没有规定" in shown
    assert "单位：%" in shown


@pytest.mark.parametrize(
    "text",
    [
        TABLE.replace("95%以上", "95万元"),
        TABLE.replace("**98%以上**[1][2]", "高").replace("**95%以上**[3]", "低[3]"),
        TABLE.replace("95%以上", "没有写明"),
    ],
    ids=["two units", "no figures", "one figure"],
)
def test_what_cannot_be_compared_is_not_drawn(text: str) -> None:
    compared = comparison_of(Answer("比较", "比较", "", text, "answered", citations=CITATIONS))
    assert chart_html(compared, "s") == ""


@pytest.mark.parametrize("text", ["98%以上[1]", TABLE.replace("[", "（"), "\n".join(TABLE.split("\n")[:3]), "a | b[1]"])
def test_other_answers_are_no_comparison(text: str) -> None:
    assert comparison_of(Answer("问", "问", "", text, "answered", citations=CITATIONS)) is None


def test_the_file_holds_cells_and_quotes() -> None:
    header, *rows = csv.reader(io.StringIO(comparison_csv(ANSWER).removeprefix("\ufeff")))
    assert header[:5] == ["地方", "指标", "数值", "期限", "原句"]
    assert rows[0][:4] == ["深圳", "饮用水源达标率", "98%以上", "到2015年"]
    assert rows[0][4] == "饮用水源水质达标率98%以上\n到2015年，率先建立体系"
    assert rows[1][4] == CITATIONS[2].quote
    assert rows[2][2:5] == ["所收录的文件里没有找到", "—", ""]


@pytest.mark.parametrize("payload", ["=HYPERLINK(1)", "+1+cmd", "-1+1", "@SUM(1)", " =1", "＝1", "\t=1"])
def test_no_cell_of_the_file_is_a_formula(payload: str) -> None:
    text = TABLE.replace("深圳", payload)
    answer = Answer("比较", "比较", "", text, "answered", citations=(citation(payload), *CITATIONS[1:]))
    for row in csv.reader(io.StringIO(comparison_csv(answer).removeprefix("\ufeff"))):
        for cell in row:
            assert all(not line.lstrip().startswith(("=", "+", "-", "@", "＝")) for line in cell.split("\n")[:1]), cell
