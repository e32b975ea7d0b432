"""What has come into the library since somebody last looked (自上次访问新增)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from search.hits import place_of
from webui.errors import BadParameterError
from webui.views_state import UNIT_NAMES, address_of, changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.requests import SearchRequest
    from search.results import Results
    from webui.desk import Desk

SINCE = "since"
_MOST_DIGITS = 9


class Additions(NamedTuple):
    """What a search finds that it did not find, or not so, at sequence number `since` (新增).

    `added` counts matches in circulars that are new, `changed` those in circulars that were known
    and have a newer revision.
    """

    since: int
    sequence: int
    added: int
    circulars: int
    changed: int

    def say(self, asked: SearchRequest) -> str:
        """Say it in one sentence."""
        unit = UNIT_NAMES[asked.unit]
        if not self.added and not self.changed:
            return "自上次访问没有新增。"
        new = f"新增 {self.added} {unit}，来自 {self.circulars} 份新入库的文件"
        changed = f"有改动的文件里有 {self.changed} {unit}"
        return (
            f"自上次访问{'；'.join((new,) * bool(self.added) + (changed,) * bool(self.changed))}。"
        )


def read_since(text: str) -> int | None:
    """Read the sequence number of an earlier visit; None where the address names none."""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise BadParameterError(SINCE, "应为上次记下的序号")
    return int(text)


def list_news(desk: Desk, since: int) -> Mapping[str, bool]:
    """Return the circulars that have come or changed since then: whether each is new."""
    revisions = {summary.id: summary.revision for summary in desk.summaries()}
    return {
        change.circular_id: revisions[change.circular_id] == 1
        for change in desk.library.changes(since)
        if change.circular_id in revisions
    }


class Visit(NamedTuple):
    """What a search page knows about earlier visits: what to say, and how to be told next time.

    `news` tells of each circular that has come or changed whether it is new. `here` is an address
    to keep: opened later, it says what is new since now. `check` asks the same for the script.
    """

    library: str
    sequence: int
    here: str
    check: str
    sentence: str = ""
    news: Mapping[str, bool] = MappingProxyType({})


def visit_of(desk: Desk, results: Results, since: int | None) -> Visit:
    """Return what the page of an answer knows about the visit that `since` was kept at."""
    asked = changed(results.request)
    visit = Visit(
        library=desk.identity(),
        sequence=results.sequence,
        here=address_since(asked, results.sequence),
        check=address_of(asked, "/api/v1/additions"),
    )
    if since is None:
        return visit
    if since > desk.library.sequence():
        return visit._replace(sentence="这个书签是在另一个公文库上记下的，请重新记下。")
    if since == desk.library.sequence():
        return visit._replace(sentence="已记下。把本页存为书签，以后打开会说新增了多少。")
    found = count_additions(desk, asked, since)
    return visit._replace(sentence=found.say(asked), news=list_news(desk, since))


def address_since(asked: SearchRequest, sequence: int) -> str:
    """Return the address of a search that tells what is new since a sequence number."""
    here = address_of(asked)
    return f"{here}{'&' if '?' in here else '?'}{SINCE}={sequence}"


def count_additions(desk: Desk, asked: SearchRequest, since: int) -> Additions:
    """Return what a search finds in circulars that have come or changed since then."""
    news = list_news(desk, since)
    sequence = desk.library.sequence()
    if not news:
        return Additions(since, sequence, 0, 0, 0)
    owners = [place_of(match.id)[0] for match in desk.find_all(asked).matches]
    added = [owner for owner in owners if news.get(owner)]
    changed = sum(news.get(owner) is False for owner in owners)
    return Additions(since, sequence, len(added), len(set(added)), changed)
