"""The answer to a search (结果) → the results page: headline, chips, cards, ways out of nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import url_for

from corpus.number import DocumentNumber
from search.query import SynonymKind, Unit
from webui.views_cards import list_cards
from webui.views_facets import list_chips, view_facets
from webui.views_lists import near_numbers, row_of, steps
from webui.views_state import (
    UNIT_NAMES,
    address_of,
    changed,
    chosen,
    circular_address,
    toggled,
    without_filters,
)
from webui.wording import SORT_WORDS, UNIT_WORDS

if TYPE_CHECKING:
    from search.errors import QuestionError
    from search.requests import SearchRequest
    from search.results import NumberHint, Results
    from webui.additions import Visit
    from webui.desk import Desk
    from webui.views_cards import Card
    from webui.views_facets import Chip, FacetView
    from webui.views_lists import Row, Step


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several addresses, with the one in force selected."""

    label: str
    url: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ExpansionView:
    """A word that was searched under other names too, or could be; `label` is the link's text."""

    sentence: str
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Empty:
    """What to say and offer where nothing was found."""

    sentence: str
    offers: tuple[Choice, ...] = ()
    tips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberPanel:
    """What is known about a document number that was typed."""

    sentence: str
    link: str = ""
    number_url: str = ""
    circulars: tuple[Row, ...] = ()
    near: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchView:
    """The results page."""

    title: str
    headline: str
    canonical: str
    hidden: tuple[tuple[str, str], ...] = ()
    facets: tuple[FacetView, ...] = ()
    chips: tuple[Chip, ...] = ()
    clear_url: str = ""
    units: tuple[Choice, ...] = ()
    sorts: tuple[Choice, ...] = ()
    notices: tuple[str, ...] = ()
    numbers: tuple[NumberPanel, ...] = ()
    expansions: tuple[ExpansionView, ...] = ()
    titles: tuple[Choice, ...] = ()
    titles_sentence: str = ""
    hits: tuple[Card, ...] = ()
    empty: Empty | None = None
    pages: tuple[Step, ...] = ()
    range_text: str = ""
    print_line: str = ""
    visit: Visit | None = None
    agencies: tuple[Choice, ...] = ()
    unit: str = ""


def view_search(results: Results, desk: Desk, visit: Visit) -> SearchView:
    """Return the page of an answer."""
    asked = results.request
    address = url_for("pages.search", _external=True).removesuffix("/search")
    own = address_of(asked)
    hint = results.number_hint
    return SearchView(
        title=asked.q or "全部",
        headline=_headline(results),
        canonical=address + own,
        hidden=_hidden(asked),
        facets=view_facets(asked, results.facets, desk),
        chips=list_chips(asked, results.facets),
        clear_url=address_of(without_filters(asked)),
        units=_units(asked),
        sorts=_sorts(asked),
        notices=results.notices,
        numbers=(_number_panel(hint, desk),) if hint else (),
        expansions=_expansions(results),
        agencies=_agencies(results),
        titles=_titles(results),
        titles_sentence=_titles_sentence(results),
        hits=list_cards(results, visit.news, desk),
        empty=None if results.total else _nothing(results),
        pages=steps(asked.page, results.pages, lambda page: address_of(changed(asked, page=page))),
        range_text=_range(results),
        print_line=f"检索式：{asked.q or '（全部）'}　{address}{own}",
        visit=visit,
        unit=UNIT_NAMES[asked.unit],
    )


def view_mistake(asked: SearchRequest, error: QuestionError) -> SearchView:
    """Return the page of a question that cannot be asked so; what was typed stays."""
    return SearchView(
        title="检索式有误",
        headline="检索式有误",
        canonical=url_for("pages.search", _external=True),
        hidden=_hidden(asked),
        units=_units(asked),
        empty=Empty(str(error), (Choice("看检索式的写法", url_for("pages.help_page")),)),
    )


def _headline(results: Results) -> str:
    if not results.total:
        return "没有找到"
    unit = UNIT_NAMES[results.request.unit]
    return f"找到 {results.total} {unit}，来自 {results.circulars} 份文件"


def _hidden(asked: SearchRequest) -> tuple[tuple[str, str], ...]:
    """What the filter form must carry along: all but the line, the ticks and the page."""
    kept = {"unit", "sort", "limit", "expand", "verbatim"}
    return tuple((name, value) for name, value in asked.to_params() if name in kept)


def _expansions(results: Results) -> tuple[ExpansionView, ...]:
    """Say what else each word was searched as, with the way to switch that off; offer renames."""
    asked = results.request
    views: list[ExpansionView] = []
    for one in results.expansions:
        names = "、".join(one.spellings)
        if one.active:
            only = changed(asked, verbatim=(*asked.verbatim, one.word))
            near = "另有相关词" if one.kind == SynonymKind.NEAR else f"同时检索{one.kind_name}"
            views.append(
                ExpansionView(f"“{one.word}”{near}：{names}", "不扩展这个词", address_of(only))
            )
        elif one.kind == SynonymKind.RENAME and one.word not in asked.verbatim:
            wider = changed(asked, expand=(*asked.expand, SynonymKind.RENAME))
            views.append(
                ExpansionView(f"“{one.word}”改革前后的名称：{names}", "一并检索", address_of(wider))
            )
    return tuple(views)


def _titles(results: Results) -> tuple[Choice, ...]:
    return tuple(
        Choice(title, circular_address(circular))
        for circular, title in results.title_hits.circulars
    )


def _titles_sentence(results: Results) -> str:
    total = results.title_hits.total
    return f"标题中有这些字的文件 {total} 份：" if total else ""


def _units(asked: SearchRequest) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"按{word}", address_of(changed(asked, unit=unit)), unit is asked.unit)
        for unit, word in UNIT_WORDS.items()
    )


def _sorts(asked: SearchRequest) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"按{word}", address_of(changed(asked, sort=sort)), sort is asked.sort)
        for sort, word in SORT_WORDS.items()
    )


def _agencies(results: Results) -> tuple[Choice, ...]:
    """Offer the facet where the whole line is an agency's name."""
    asked = results.request
    unit = "段" if asked.unit is Unit.PARAGRAPH else "条措施"
    return tuple(
        Choice(
            f"只看{hint.label}负责的（{hint.total} {unit}）",
            address_of(changed(asked, q="", agency=(hint.agency_id,))),
        )
        for hint in results.agency_hints
    )


def _range(results: Results) -> str:
    asked = results.request
    if not results.hits:
        return ""
    first = (asked.page - 1) * asked.limit + 1
    last = first + len(results.hits) - 1
    return (
        f"第 {first}–{last} {UNIT_NAMES[asked.unit]}，共 {results.total} {UNIT_NAMES[asked.unit]}"
    )


def _number_panel(hint: NumberHint, desk: Desk) -> NumberPanel:
    """Say whether a typed number is held, who cites it, and what stands near it."""
    url = url_for("pages.number", slug=hint.slug)
    if hint.held:
        held = [summary for summary in desk.summaries() if summary.id in hint.held]
        cited = f"另有 {hint.cited_by} 份文件引用了它。" if hint.cited_by else ""
        return NumberPanel(f"库中有 {hint.number}。{cited}", circulars=tuple(map(row_of, held)))
    near = near_numbers(DocumentNumber.parse(hint.number), desk.summaries())
    rows = tuple(map(row_of, near))
    if not hint.cited_by:
        return NumberPanel(f"库中没有 {hint.number}，也没有文件引用它。", near=rows)
    sentence = f"库中没有 {hint.number}。已有 {hint.cited_by} 份文件引用了它，"
    return NumberPanel(sentence, "可查看引用处", url, near=rows)


def _nothing(results: Results) -> Empty:
    """Return what to say and offer where nothing was found."""
    asked = results.request
    unit = UNIT_NAMES[asked.unit]
    thing = "措施" if asked.unit is Unit.MEASURE else "段落"
    quoted = asked.q if '"' in asked.q or "“" in asked.q else f'"{asked.q}"'
    ticked = len(chosen(asked))
    offers = [
        Choice(
            f'移除"{each.label}"（可得 {each.total} {unit}）'
            if each.facet
            else f"清除全部筛选（可得 {each.total} {unit}）",
            address_of(
                toggled(asked, each.facet, each.value) if each.facet else without_filters(asked)
            ),
        )
        for each in results.relaxations
        if each.total
    ]
    if results.suggestion is not None:
        meant = results.suggestion
        meaning = f'是否要找："{meant.line}"（{meant.total} {unit}）'
        offers.insert(0, Choice(meaning, address_of(changed(asked, q=meant.line))))
    if asked.unit is Unit.MEASURE:
        offers.append(Choice("改按段落检索", address_of(changed(asked, unit=Unit.PARAGRAPH))))
    if ticked:
        named = f"同时符合{quoted}和" if asked.q else "符合"
        return Empty(f"没有{named} {ticked} 个筛选条件的{thing}。", tuple(offers))
    words = asked.q.split()
    plain = len(words) > 1 and not any(sign in asked.q for sign in '":：()（）“”')
    if plain:
        either = changed(asked, q=" OR ".join(words))
        offers.append(Choice('改用"任一词"', address_of(either)))
    tips = ("减少关键词，或换一种说法。", "引号里的文字必须原样连续出现，去掉引号可放宽。")
    sentence = f"没有找到{quoted}。" if asked.q else f"库中还没有{thing}。"
    if results.number_hint is not None:
        return Empty(sentence, tuple(offers), ("请核对年份和序号，或用标题里的字检索。",))
    return Empty(sentence, tuple(offers), tips[: 2 if '"' in quoted and quoted == asked.q else 1])
