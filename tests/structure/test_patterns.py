"""No regular expression of the parser can take more than linear time: none repeats a repetition."""

from __future__ import annotations

import importlib
import pkgutil
import re
from re import _parser as parser  # type: ignore[attr-defined]

import pytest

import corpus
from corpus.model import RawCircular
from corpus.structure import parse_circular

MANY = 1000  # a repetition that may go on for so long counts as endless
SMALL = 64  # nested repetitions may multiply to no more than this many ways
REPEATS = {parser.MAX_REPEAT, parser.MIN_REPEAT}


def list_patterns() -> list[tuple[str, str]]:
    """Every compiled pattern of the modules of `corpus`, with its place."""
    found: list[tuple[str, str]] = []
    for module in pkgutil.walk_packages(corpus.__path__, "corpus."):
        if ".migrations" in module.name:
            continue
        loaded = importlib.import_module(module.name)
        for name, value in vars(loaded).items():
            values = value if isinstance(value, tuple | list) else [value]
            for one in values:
                if isinstance(one, re.Pattern):
                    text = one.pattern
                    shown = text.decode("latin-1") if isinstance(text, bytes) else text
                    found.append((f"{module.name}.{name}", shown))
    return found


def nested(tree: object, outer: int = 1) -> list[int]:
    """How often the innermost repetition may be repeated, for every repetition inside another."""
    found: list[int] = []
    for operator, argument in tree:  # type: ignore[attr-defined]
        if operator in REPEATS:
            least, most, inner = argument
            if outer > 1 and least != most:
                found.append(outer)
            found += nested(inner, outer * min(int(most), MANY) if most > 1 else outer)
        elif operator is parser.SUBPATTERN:
            found += nested(argument[-1], outer)
        elif operator is parser.BRANCH:
            for branch in argument[1]:
                found += nested(branch, outer)
        elif operator in (parser.ASSERT, parser.ASSERT_NOT):
            found += nested(argument[1], outer)
    return found


@pytest.mark.parametrize(("place", "pattern"), list_patterns(), ids=lambda text: text[:60])
def test_no_pattern_repeats_a_repetition_without_end(place: str, pattern: str):
    ways = nested(parser.parse(pattern))
    assert all(one <= SMALL for one in ways), f"{place}: {max(ways)}"


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "piece",
    [
        "由市公安局牵头，", "会同", "责任单位：", "附件", "，", "《〈", "以下简称“", "自2021年", "一、\n", "（一）",
        "市公安局、", "抄送：", "云港市", "2021年5月8日（此件", "（责任单位：市公安局）", "第一章", "〔2021〕", "1.\n",
        "\t市公安局", "牵头单位\t配合单位\n", "国务院", "关于印发", "《办法》和", "废止：\n", "——", "（", "“", "有效期至",
        "财政、", "某部门要会同", "市、县政府指定的", "省、市两级", "第一章 总则第一条 ", "。二、", "局牵头，市财政局等要",
    ],
)  # fmt: skip
def test_a_pumped_text_is_parsed_in_time(piece: str):
    size = 120_000 // len(piece)
    circular = parse_circular(RawCircular("a.txt", piece * size))
    assert circular.paragraphs or circular.dropped or circular.evidence or circular.headings
