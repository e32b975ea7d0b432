"""Facets over OpenSearch: every one in the same request, each without its own selection."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from corpus.model import Role
from indexer.fields import FIELDS
from search.opensearch_questions import all_of, passing, values_in

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from search.engine import Tier
    from search.opensearch_questions import Condition
    from search.opensearch_snapshot import Asking, Body
    from search.query import Filters

FACETS = tuple(field.name for field in FIELDS if field.facet)
MOST_VALUES = 5_000  # of one facet in one answer; where there are more, it comes in portions
PORTIONS = 16
# The owners of those pairs whose role is ticked, each once however many of its roles are.
_OWNERS = """
def owners = new HashSet();
for (pair in doc[params.field]) {
  int slash = pair.lastIndexOf('/');
  if (params.roles.contains(pair.substring(slash + 1))) { owners.add(pair.substring(0, slash)); }
}
return new ArrayList(owners);
"""

Aggregation = dict[str, Any]
_CIRCULARS = "circulars"  # those of the matches, of which only the number is wanted


class Counts:
    """How many records match, by tier, by facet, and of how many circulars (计数)."""

    def __init__(
        self,
        asking: Asking,
        found: Condition,
        tiers: Mapping[Tier, Condition],
        filters: Filters,
        *,
        by_circular: bool,
    ) -> None:
        """`found` are the matches before any filter."""
        self._asking = asking
        self._found = found
        self._conditions = tiers
        self._filters = filters
        self._counted = [*FACETS, _CIRCULARS, *(["circular"] if by_circular else [])]
        self.tiers: dict[Tier, int] = {}
        self.facets: dict[str, dict[str, int]] = {}
        self.circulars = 0

    def body(self) -> Body:
        """Return the one search that asks for everything."""
        ticked = passing(self._filters)
        tiers = self._conditions.items()
        each = {tier.name: {"filter": all_of((ticked, held))} for tier, held in tiers}
        body = self._body(self._counted, None)
        return body | {"aggs": {**body["aggs"], **each}}

    def note(self, answer: Mapping[str, Any]) -> None:
        """Read the answer; whatever has too many values is asked for again, in portions."""
        self.facets = {name: {} for name in self._counted if name != _CIRCULARS}
        said = answer["aggregations"]
        self.tiers = {tier: said[tier.name]["doc_count"] for tier in self._conditions}
        self._note(said, self._counted, None)

    def _body(self, names: Collection[str], portion: tuple[int, int] | None) -> Body:
        asked = {name: self._aggregation(name, portion) for name in names}
        return {"size": 0, "track_total_hits": False, "query": self._found, "aggs": asked}

    def _note(
        self, answer: Mapping[str, Any], names: Collection[str], portion: tuple[int, int] | None
    ) -> None:
        cut = [name for name in names if _is_cut(answer[name])]
        for name in names:
            if name in cut:
                continue
            if name == _CIRCULARS:
                self.circulars += answer[name]["number"]["count"]
            else:
                self.facets[name] |= dict(_counts(answer[name]))
        if cut:
            number, of = portion or (0, 1)
            for place in range(PORTIONS):
                part = number + place * of, of * PORTIONS
                (said,) = self._asking.ask([self._body(cut, part)])
                self._note(said["aggregations"], cut, part)

    def _aggregation(self, name: str, portion: tuple[int, int] | None) -> Aggregation:
        filters = self._filters
        if name == "role":
            return _of_roles(filters)
        if name == _CIRCULARS:
            values = _values("circular", portion)
            number = {"stats_bucket": {"buckets_path": "values>_count"}}
            return {"filter": passing(filters), "aggs": {"values": values, "number": number}}
        if name == "circular":
            filters, values = replace(filters, circular=None), _values(name, portion)
        else:
            values = _values(name, portion)
            filters = filters.ticking(name)
        if name in {"agency", "line"} and filters.role:
            given = {"field": f"{name}_role", "roles": list(filters.role)}
            del values["terms"]["field"]
            values["terms"]["script"] = {"source": _OWNERS, "params": given}
        return {"filter": passing(filters), "aggs": {"values": values}}


def _values(field: str, portion: tuple[int, int] | None) -> Aggregation:
    terms: dict[str, Any] = {"field": field, "size": MOST_VALUES}
    if portion is not None:
        terms["include"] = {"partition": portion[0], "num_partitions": portion[1]}
    return {"terms": terms}


def _of_roles(filters: Filters) -> Aggregation:
    """Return how to count a role: as one of the ticked agencies and of the ticked lines."""
    each = {
        role.value: all_of(
            (passing(filters.ticking("role", role.value)), values_in("role", (role.value,)))
        )
        for role in Role
    }
    return {"filters": {"filters": each}}


def _is_cut(said: Mapping[str, Any]) -> bool:
    """Tell whether there are more values than an answer may hold."""
    return bool(said.get("values", {}).get("sum_other_doc_count", 0))


def _counts(said: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    if "values" in said:
        buckets = said["values"]["buckets"]
        yield from ((bucket["key"], bucket["doc_count"]) for bucket in buckets)
        return
    for value, bucket in said["buckets"].items():
        if bucket["doc_count"]:
            yield value, bucket["doc_count"]
