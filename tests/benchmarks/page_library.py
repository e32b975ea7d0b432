"""A library of invented circulars, large enough to ask its pages under load: read, parsed, indexed.

Their paragraphs are those of `synthetic`, so the 40 questions can be asked; who is responsible, of
which city a circular is and when it was issued are in its own words, and found by the parser.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.benchmarks.figures import REPOSITORY
from tests.benchmarks.questions import questions_for
from tests.benchmarks.synthetic import AGENCIES, CIRCULAR, REGIONS, Corpus

if TYPE_CHECKING:
    from pathlib import Path

    from tests.benchmarks.questions import Question
    from tests.benchmarks.synthetic import Entry

Pairs = tuple[tuple[str, str], ...]
SECTION = 5  # paragraphs under one heading
ASSIGNED_EVERY = 3  # paragraphs, of which one says who is responsible
TITLE_WORDS, HEADING_WORDS = 6, 4
_NUMERALS = "一二三四五六七八九十"
_CITIES = tuple(f"{first}{last}市" for first in "云青白石金" for last in "港川湖原岭溪洲")
_BUREAUS = tuple(
    f"市{name}"
    for name in (  # noqa: SIM905 - thirty names, read as they stand
        "公安局 财政局 教育局 科学技术局 民政局 司法局 交通运输局 水利局 农业农村局 商务局 "
        "文化和旅游局 卫生健康委员会 应急管理局 审计局 市场监督管理局 统计局 体育局 医疗保障局 "
        "自然资源局 生态环境局 住房和城乡建设局 城市管理局 发展和改革委员会 工业和信息化局 "
        "人力资源和社会保障局 退役军人事务局 信访局 林业局 海洋局 粮食局"
    ).split()
)
_KINDS = ("通知", "意见", "工作方案")


def make_library(folder: Path, size: int) -> Path:
    """Return a library of so many invented paragraphs, made with `gongwen add` if not there yet."""
    library, files = folder / f"pages-{size}", folder / f"pages-{size}-files"
    done = library / "complete"
    if done.exists():
        return library
    files.mkdir(parents=True, exist_ok=True)
    print(f"正在造 {size:,} 段公文……", flush=True)
    for number, text in enumerate(_circulars(size)):
        (files / f"{number:06d}.txt").write_text(text, encoding="utf-8")
    print("正在入库、建索引……", flush=True)
    command = [sys.executable, "-m", "webui.cli", "--library", str(library), "add", str(files)]
    subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
    shutil.rmtree(files)
    done.touch()
    return library


def _circulars(size: int) -> list[str]:
    """Return the text of every circular."""
    entries = [entry for batch in Corpus(size).batches() for entry in batch]
    return [text_of(entries[at : at + CIRCULAR]) for at in range(0, size, CIRCULAR)]


def text_of(entries: list[Entry]) -> str:
    """Return a circular of some paragraphs, a line each."""
    first = entries[0]
    place = first.number // CIRCULAR
    city = city_of(first.region)
    title = "".join(first.words[:TITLE_WORDS])
    lines = [
        f"{city}人民政府关于{title}的{_KINDS[place % len(_KINDS)]}",
        f"{city[:1]}政发〔{first.year}〕{place + 1}号",
        "各区人民政府，市直各有关单位：",
    ]
    for order, entry in enumerate(entries):
        if not order % SECTION:
            heading = "".join(entry.words[-HEADING_WORDS:])
            lines.append(f"{_NUMERALS[order // SECTION]}、{heading}")
        assigned = f"（{_assignment_of(entry)}）" if not entry.number % ASSIGNED_EVERY else ""
        lines.append(f"（{_NUMERALS[order % SECTION]}）{entry.text}。{assigned}")
    lines += [f"{city}人民政府", f"{first.year}年{place % 12 + 1}月{place % 28 + 1}日"]
    return "\n".join(lines) + "\n"


def city_of(region: str) -> str:
    """Return the invented city that stands for one of the invented regions."""
    return _CITIES[REGIONS.index(region)]


def bureau_of(agency: str) -> str:
    """Return what a city's circulars call the bureau that stands for an invented agency."""
    return _BUREAUS[AGENCIES.index(agency) % len(_BUREAUS)]


def body_of(agency: str) -> str:
    """Return one body of that name, as the whole library calls it."""
    city = _CITIES[AGENCIES.index(agency) % len(REGIONS)]
    return city + bureau_of(agency).removeprefix("市")


def _assignment_of(entry: Entry) -> str:
    lead, *others = dict.fromkeys(map(bureau_of, entry.agencies))
    return f"{lead}牵头，{'、'.join(others)}配合" if others else f"{lead}负责"


def pages_for(size: int) -> list[tuple[str, Pairs]]:
    """Return the 40 questions as search pages: what kind each is, and its parameters."""
    return [(question.kind, _params_of(question)) for question in questions_for(Corpus(size))]


def _params_of(question: Question) -> Pairs:
    signs = {"all": " ", "any": " OR ", "phrase": ""}
    line = signs[question.how].join(question.words)
    pairs = [("q", f"“{line}”" if question.how == "phrase" else line)]
    if question.agency:
        pairs.append(("agency", body_of(question.agency)))
    if question.year:
        pairs.append(("year", question.year))
    return tuple(pairs)
