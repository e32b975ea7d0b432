"""From the names of a group to its members: prefix, agency, role (责任单位的认定)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from corpus.agency_prefix import NameKind, Prefixes, clean_name, prefix_of, take_apart
from corpus.model import Member, Role, Span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from corpus.agencies import AgencyRegistry
    from corpus.assignment_text import Clause, GroupText
    from corpus.places import Place

# 县级以上地方各级人民政府负责: governments by level, each for itself
_BY_LEVEL = re.compile(r"(?:[省市县]级以上|地方各级|各级).{0,12}(?:人民)?政府")


class Scope(NamedTuple):
    """What a paragraph's groups are read with."""

    region: str
    home: Place | None
    on: date | None
    registry: AgencyRegistry
    first_is_lead: bool
    aliases: Mapping[str, str]
    lead_of_level: bool = False


def read_members(text: str, group: GroupText, scope: Scope, offset: int) -> tuple[Member, ...]:
    """Return the members (责任单位) of a group, each with its role; spans shifted by `offset`."""
    spans = [span for clause in group.clauses for span in clause.names]
    central = _is_central(text, spans, scope.home)
    region = "全国" if central else scope.region
    home = None if central else scope.home
    prefixes = Prefixes(home, prefix_of(home))
    led = any(clause.role is Role.LEAD for clause in group.clauses)
    silent = all(clause.role is None for clause in group.clauses)
    several = len(spans) > 1 or group.open_ended
    declared = (group.first_leads or scope.first_is_lead) and silent and several
    leading = _leading(text, spans, scope) if declared else -1
    declared = declared and leading >= 0
    members: list[Member] = []
    for clause in group.clauses:
        for span in clause.names:
            written = text[span.start : span.end]
            expanded = scope.aliases.get(clean_name(written)) or prefixes.expand(written)
            found = scope.registry.resolve(expanded, region=region, on=scope.on)
            if declared:
                role = Role.LEAD if len(members) == leading else Role.SUPPORT
            else:
                role = clause.role or _shared_role(
                    group, written, clause, found.collective, led=led
                )
            members.append(
                Member(
                    as_written=written,
                    expanded=expanded,
                    canonical=found.canonical,
                    agency_id=found.agency_id,
                    line=found.line,
                    role=role,
                    collective=found.collective,
                    span=Span(span.start + offset, span.end + offset),
                    verb=clause.verb,
                )
            )
    return tuple(members)


def _leading(text: str, spans: list[Span], scope: Scope) -> int:
    """Return which name leads by the circular's own rule: the first, or the first of its level.

    -1 where none can: a list of collectives alone (各有关部门、各省级人民政府) names nobody.
    """
    kinds = [take_apart(text[span.start : span.end], scope.home).kind for span in spans]
    if not scope.lead_of_level:
        return -1 if all(kind is NameKind.COLLECTIVE for kind in kinds) else 0
    of_level = {NameKind.PREFIXED, NameKind.PARTY, NameKind.BARE}
    return next((index for index, kind in enumerate(kinds) if kind in of_level), -1)


def _shared_role(
    group: GroupText, written: str, clause: Clause, collective: bool, *, led: bool
) -> Role:
    """Return the role where neither verb nor label says it: 负责, 责任单位, 指导."""
    if led:
        return Role.SUPPORT
    sharing = sum(len(one.names) for one in group.clauses if one.role is None)
    if sharing > 1 or group.open_ended:
        return Role.JOINT
    if collective and not (clause.verb == "负责" and _BY_LEVEL.fullmatch(written)):
        return Role.JOINT
    return Role.SOLE


def _is_central(text: str, spans: list[Span], home: Place | None) -> bool:
    """Whether a group lists central bodies: one is a ministry and none states a prefix."""
    kinds = [take_apart(text[span.start : span.end], home) for span in spans]
    if any(parts.kind in {NameKind.PREFIXED, NameKind.PARTY} for parts in kinds):
        return False
    return any(
        parts.kind is NameKind.CENTRAL
        and bool(parts.entries)
        and all(entry.central for entry in parts.entries)
        for parts in kinds
    )
