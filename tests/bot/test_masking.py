"""What tells who a person is does not stay in a text; what a policy says does."""

from pathlib import Path

import pytest

from bot.masking import mask

POLICIES = Path(__file__).parents[2] / "corpus" / "policies"


@pytest.mark.parametrize(
    "personal",
    [
        "13800138000", "138-0013-8000", "138 0013 8000", "+86 13800138000", "0086-13800138000", "１３８００１３８０００",
        "0755-82345678", "(0755)82345678", "（０２０）８３１２３４５６", "010 6234 5678",
        "440301199001011234", "44030119900101123X", "440301 19900101 123x", "440301900101123", "６２２２０２１２３４５６７８９０１２３",
        "6222 0212 3456 7890 123", "zhang.san@example.com", "zhang.san＠example.com.cn", "ZHANG_SAN @ qq.com",
    ],
)  # fmt: skip
def test_personal_numbers_and_addresses_go(personal: str) -> None:
    masked = mask(f"我是张三，请回{personal}，谢谢")
    assert masked.startswith("我是张三，请回【")
    assert masked.endswith("】，谢谢")


@pytest.mark.parametrize(
    "text",
    [
        "深府〔2010〕183号",
        "2010-11-30至2010-12-14",
        "到2015年98%以上，万元GDP能耗0.47吨",
        "1998-2005年投资1234567.89万元",
        "@所有人",
    ],
)
def test_what_is_not_personal_stays(text: str) -> None:
    assert mask(text) == text


def test_several_go_each_by_its_kind() -> None:
    assert mask("电话13800138000或0755-82345678，信箱a@b.cn") == "电话【电话】或【电话】，信箱【邮箱】"


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.txt")), ids=lambda path: path.stem)
def test_figures_dates_and_numbers_of_real_documents_stay(path: Path) -> None:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    text = "\n".join(line for line in lines if "电话" not in line)
    assert mask(text) == text
