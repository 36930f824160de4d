"""Formats: the words of a file come out in their order, tables in lines that stand for themselves, furniture is dropped."""

import io

import openpyxl
import pytest

from corpus.derive import derive
from corpus.formats import scans
from corpus.formats.extract import Extract, Unreadable, silent
from corpus.formats.grid import Cell, table_lines
from corpus.formats.kinds import extract
from corpus.formats.markdown import with_tables
from tests.corpus.formats.files import docx, drawn, ofd, paragraph, pdf, ruled, word_table, zipped

TABLE = [["指标", "2015年", "2020年"], ["再生水利用率", "50%", "70%以上"], ["管网漏损率", "12%", "9%"]]
ROWS = ["指标：再生水利用率 | 2015年：50% | 2020年：70%以上", "指标：管网漏损率 | 2015年：12% | 2020年：9%"]
TITLE = "深圳市人民政府关于开展节水工作的通知"
PAGE = f"""<!-- saved from url=(0042)https://www.example.org/content/post_1.html -->
<html><head><meta charset="gb2312"><title>{TITLE}-某网</title><meta name="ArticleTitle" content="{TITLE}">
<style>p {{color: red}}</style></head><body>
<div class="top-nav"><a href="/">首页</a><a href="/a">政务公开</a><a href="/b">政民互动</a></div>
<div>当前位置：<a>首页</a> &gt; <a>政务公开</a> &gt; <a>规范性文件</a></div>
<div><table><tr><td>索 引 号：</td><td>000014349/2015-00123</td><td>发文机关：</td><td>深圳市人民政府</td></tr>
<tr><td>发文字号：</td><td>深府〔2015〕12号</td><td>成文日期：</td><td>2015年03月02日</td></tr>
<tr><td>标　　题：</td><td colspan="3">{TITLE}</td></tr></table></div>
<div id="zoom"><p>各区人民政府，市政府直属各单位：</p><p>为贯彻国务院关于节约用水的部署，现就有关事项通知如下。</p>
<table><tr><th>指标</th><th>2015年</th><th>2020年</th></tr><tr><td>再生水利用率</td><td>50%</td><td>70%以上</td></tr>
<tr><td>管网漏损率</td><td>12%</td><td>9%</td></tr></table><p style="display: none">看不见的字，看不见的字，看不见的字。</p></div>
<div><h3>相关文章</h3><ul><li><a>关于甲的通知</a></li><li><a>关于乙的通知</a></li><li><a>关于丙的通知</a></li></ul></div>
<div class="footer">主办单位：某办公厅 <script>alert("脚本")</script></div></body></html>"""


def read(data: bytes, suffix: str) -> Extract:
    return extract(data, suffix, silent)


def written(text: str) -> bytes:
    """A page as a picture with this line on it."""
    from PIL import Image, ImageDraw, ImageFont

    image = Image.new("L", (1240, 1754), 255)
    ImageDraw.Draw(image).text((150, 300), text, 0, ImageFont.load_default(64))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.merge_cells("A1:D1")
    sheet["A1"] = "节水目标表"
    for row in (
        ["指标", "目标", None, "责任单位"],
        [None, "2015年", "2020年", None],
        ["再生水利用率", 0.5, 0.7, "市水务局"],
    ):
        sheet.append(row)
    for area in ("A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(area)
    sheet["B4"].number_format = sheet["C4"].number_format = "0%"
    hidden = book.create_sheet("草稿")
    hidden["A1"], hidden.sheet_state = "不该出现", "hidden"
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


FILES = {
    "html": PAGE.encode("gb18030"),
    "docx": docx(paragraph(TITLE) + word_table(TABLE) + paragraph("完")),
    "pdf": pdf([f"{drawn([(80, 760, TITLE)])} {ruled(TABLE)}"]),
    "csv": "\n".join(",".join(row) for row in TABLE).encode("gb18030"),
    "md": f"# {TITLE}\n\n|{'|'.join(TABLE[0])}|\n|---|--:|---|\n|{'|'.join(TABLE[1])}|\n|{'|'.join(TABLE[2])}|\n".encode(),
}


@pytest.mark.parametrize("suffix", FILES)
def test_a_figure_of_a_table_stays_with_its_row_and_its_column(suffix: str) -> None:
    text = read(FILES[suffix], f".{suffix}").text
    assert [line for line in text.splitlines() if "率" in line] == ROWS
    found = {(t.indicator, t.year): (t.quantity, t.low, t.unit) for t in derive("a", text).targets}
    assert found[("再生水利用率", 2020)] == ("70%以上", 70.0, "%")
    assert found[("管网漏损率", 2015)] == ("12%", 12.0, "%")


CAPTION = "表1 重点项目投资（单位：万元）"
INVESTED = [["项目", "开工年份", "2015年", "2020年"], ["管网改造", "2015", "1200", "3,500以上"]]
CAPTIONED = {
    "html": f"<html><body><p>一、总则</p><p>{CAPTION}</p><table>{''.join('<tr>' + ''.join(f'<td>{c}</td>' for c in row) + '</tr>' for row in INVESTED)}</table></body></html>".encode(),
    "docx": docx(paragraph(CAPTION) + word_table(INVESTED)),
    "pdf": pdf([f"{drawn([(80, 760, CAPTION)])} {ruled(INVESTED)}"]),
    "csv": ("\n".join(",".join(f'"{cell}"' for cell in row) for row in [["重点项目投资", "", "", "单位：万元"], *INVESTED])).encode(),
    "md": f"{CAPTION}\n\n|{'|'.join(INVESTED[0])}|\n|---|---|---|---|\n|{'|'.join(INVESTED[1])}|\n".encode(),
}  # fmt: skip


@pytest.mark.parametrize("suffix", CAPTIONED)
def test_the_unit_over_a_table_stands_with_each_figure_that_has_none(suffix: str) -> None:
    text = read(CAPTIONED[suffix], f".{suffix}").text
    assert "项目：管网改造 | 开工年份：2015 | 2015年：1200万元 | 2020年：3,500万元以上" in text.splitlines()
    found = {t.year: (t.indicator, t.quantity, t.low, t.unit) for t in derive("a", text).targets}
    assert found[2020] == ("管网改造", "3,500万元以上", 35_000_000.0, "元")


def test_the_unit_of_a_column_goes_to_the_figures_of_its_row_and_to_no_other() -> None:
    rows = [
        ["指标", "单位", "2020年", "年均增长", "投资（亿元）", "责任单位"],
        ["再生水利用率", "%", "70以上", "3", "2.5", "市水务局"],
        ["供水能力", "万吨/日", "50", "4%", "", "市水务局"],
    ]
    cells = [Cell(y, x, cell) for y, row in enumerate(rows) for x, cell in enumerate(row)]
    assert list(table_lines(cells)) == [
        "指标：再生水利用率 | 单位：% | 2020年：70%以上 | 年均增长：3 | 投资（亿元）：2.5亿元 | 责任单位：市水务局",
        "指标：供水能力 | 单位：万吨/日 | 2020年：50 | 年均增长：4% | 责任单位：市水务局",
    ]


def test_a_saved_page_gives_its_body_and_its_identity_and_nothing_around() -> None:
    found = read(FILES["html"], ".html")
    assert found.encoding == "gb18030" and found.given.url == "https://www.example.org/content/post_1.html"
    assert found.text.splitlines() == [
        TITLE, "索引号：000014349/2015-00123", "发文机关：深圳市人民政府", "发文字号：深府〔2015〕12号", "成文日期：2015年03月02日",
        f"标题：{TITLE}", "各区人民政府，市政府直属各单位：", "为贯彻国务院关于节约用水的部署，现就有关事项通知如下。", *ROWS,
    ]  # fmt: skip
    assert found.dropped["navigation and page furniture"] >= 15
    document = derive("a", found.text, found.given).document
    assert (document.number, document.issuer, document.issued) == ("深府〔2015〕12号", "深圳市人民政府", "2015-03-02")


def test_a_page_without_known_marks_still_gives_its_body() -> None:
    body = "".join(f"<p>第{n}段，市人民政府应当认真落实，并于年底前报告。</p>" for n in range(9))
    page = f"<html><body><div><a>一</a><a>二</a><a>三</a></div><table><tr><td><div>{body}</div></td></tr></table></body></html>"
    lines = read(page.encode(), ".html").text.splitlines()
    assert lines == [f"第{n}段，市人民政府应当认真落实，并于年底前报告。" for n in range(9)]


def test_a_workbook_shows_what_a_person_sees() -> None:
    found = read(workbook(), ".xlsx")
    assert found.text.splitlines()[-1] == "指标：再生水利用率 | 目标2015年：50% | 目标2020年：70% | 责任单位：市水务局"
    assert "不该出现" not in found.text and found.notes == ("1 hidden sheets were left out",)


def test_the_numbers_that_word_counts_are_written_out() -> None:
    level = '<w:lvl w:ilvl="{}"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="{}"/></w:lvl>'
    numbering = (
        f'<w:numbering XMLNS><w:abstractNum w:abstractNumId="0">{level.format(0, "%1、")}{level.format(1, "（%2）")}'
        '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    counted = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="7"/></w:numPr>'
    body = "".join(
        paragraph(t, counted.format(n)) for t, n in (("总则", 0), ("范围", 1), ("目标", 1), ("附则", 0), ("期限", 1))
    )
    assert read(docx(body, numbering=numbering), ".docx").text.splitlines() == [
        "一、总则",
        "（一）范围",
        "（二）目标",
        "二、附则",
        "（一）期限",
    ]


def test_what_was_inserted_counts_and_what_was_deleted_does_not() -> None:
    run = "<w:r><w:t>{}</w:t></w:r>"
    inserted, deleted = f"<w:ins>{run.format('新增')}</w:ins>", "<w:del><w:r><w:delText>删去</w:delText></w:r></w:del>"
    control = f"<w:sdt><w:sdtContent><w:p>{run.format('控件中的字')}</w:p></w:sdtContent></w:sdt>"
    found = read(docx(f"<w:p>{run.format('正文')}{inserted}{deleted}</w:p>{control}", vbaProject=""), ".docx")
    assert found.text == "正文新增\n控件中的字"


def test_cells_that_go_on_downwards_are_said_in_each_row() -> None:
    merge = '<w:tcPr><w:vMerge w:val="{}"/></w:tcPr>'
    rows = (
        f"<w:tr><w:tc>{paragraph('类别')}</w:tc><w:tc>{paragraph('指标')}</w:tc><w:tc>{paragraph('2020年')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{merge.format('restart')}{paragraph('水')}</w:tc><w:tc>{paragraph('甲率')}</w:tc><w:tc>{paragraph('9%')}</w:tc></w:tr>"
        f"<w:tr><w:tc>{merge.format('continue')}{paragraph('')}</w:tc><w:tc>{paragraph('乙率')}</w:tc><w:tc>{paragraph('8%')}</w:tc></w:tr>"
    )
    assert read(docx(f"<w:tbl>{rows}</w:tbl>"), ".docx").text.splitlines() == [
        "类别：水 | 指标：甲率 | 2020年：9%",
        "类别：水 | 指标：乙率 | 2020年：8%",
    ]


def test_lines_of_a_page_are_joined_and_running_heads_and_numbers_dropped() -> None:
    full = "到二〇二〇年全市再生水利用率应当达到百分之七十以上各区应当认真落实本"
    pages = [
        drawn([(80, 800, "某市公报"), (80, 780, full), (80, 760, f"通知第{n}款的要求，并于年底前向市人民政府报告落实的情况和问题。"), (290, 30, f"- {n} -")])
        for n in range(1, 5)
    ]  # fmt: skip
    found = read(pdf(pages), ".pdf")
    assert found.pages == 4
    assert found.text.splitlines()[0] == f"{full}通知第1款的要求，并于年底前向市人民政府报告落实的情况和问题。"
    assert "公报" not in found.text and "- 2 -" not in found.text and found.dropped["running heads"] == 4 * 4 + 4 * 3


def test_a_page_whose_characters_no_table_explains_is_garbled_and_not_kept() -> None:
    private = drawn([(80, 700, "".join(chr(0xE000 + n) for n in range(60)))])
    found = read(pdf([drawn([(80, 700, "第一页说的是市人民政府的通知。")]), private]), ".pdf")
    assert found.garbled_pages == 1 and "\ue000" not in found.text


def test_the_text_layer_of_an_ofd_comes_out_line_by_line() -> None:
    found = read(ofd(["深圳市人民政府文件", "到2020年，再生水利用率达到70%以上。"]), ".ofd")
    assert (found.text, found.pages) == ("深圳市人民政府文件\n到2020年，再生水利用率达到70%以上。", 1)


def test_the_steps_of_an_ofd_text_lead_into_further_lines() -> None:
    page = (
        '<ofd:Page xmlns:ofd="http://www.ofdspec.org/2016"><ofd:Content><ofd:TextObject Boundary="10 10 90 40" Size="5">'
        '<ofd:TextCode X="0" Y="5" DeltaX="g 2 5.0 -10 5 5" DeltaY="g 2 0 10 0 0">一二三四五六</ofd:TextCode></ofd:TextObject></ofd:Content></ofd:Page>'
    )
    assert read(ofd([], page), ".ofd").text.splitlines() == ["一二三", "四五六"]


def test_a_page_of_an_ofd_that_is_a_picture_is_read_where_ocr_is_installed_and_named_where_not() -> None:
    scan = written("SHENZHEN WATER 2020")
    if not scans.available():
        with pytest.raises(Unreadable, match=r"its 1 pages are pictures without text: .*pip"):
            read(ofd([], picture=scan), ".ofd")
        return
    found = read(ofd([], picture=scan), ".ofd")
    assert "SHENZHEN" in found.text and (found.pages, found.ocr_pages, found.unread_pages) == (1, 1, 0)
    assert found.confidence and found.confidence > 0.8
    with pytest.raises(Unreadable, match="cannot be read"):
        read(ofd([], picture=b"\x97JB2\r\n\x1a\n"), ".ofd")


def test_a_logo_or_a_picture_behind_text_of_an_ofd_is_not_read() -> None:
    scan, line = written("SHENZHEN WATER 2020"), "到2020年，再生水利用率达到70%以上。"
    for found in (
        read(ofd([line], picture=scan), ".ofd"),
        read(ofd(["短"], picture=scan, boundary="0 0 40 20"), ".ofd"),
    ):
        assert (found.ocr_pages, found.unread_pages) == (0, 0) and "SHENZHEN" not in found.text


@pytest.mark.parametrize(
    ("data", "suffix", "format"),
    [
        (FILES["pdf"], ".txt", "pdf"),
        (FILES["docx"], ".doc", "docx"),
        (FILES["html"], ".doc", "html"),
        (FILES["html"], ".xls", "html"),
        (ofd(["某市文件"]), ".pdf", "ofd"),
    ],
)
def test_a_file_is_read_as_what_it_is_whatever_its_name_says(data: bytes, suffix: str, format: str) -> None:
    found = read(data, suffix)
    assert found.format == format
    assert found.notes[0] == f"named {suffix}, but it is {format}"


def test_a_table_of_label_and_value_becomes_identity_lines() -> None:
    rows = [["索 引 号：", "1/2"], ["发文字号：", "深府〔2015〕12号"], ["发布机构：", "深圳市人民政府"]]
    assert (
        read(docx(word_table(rows)), ".docx").text
        == "索引号：1/2\n发文字号：深府〔2015〕12号\n发布机构：深圳市人民政府"
    )


def test_markdown_without_tables_stays_as_it_is() -> None:
    text = "# 题\r\n\r\na | b\r\n\n- c\n"
    assert with_tables(text) == text


def test_an_archive_is_told_from_what_is_packed_like_one() -> None:
    with pytest.raises(Unreadable, match=r"name it \.zip"):
        read(zipped({"a.txt": "甲"}), ".docx")
