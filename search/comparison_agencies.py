"""What became of the agencies between two sides of a comparison (责任单位的变化).

An agency is the same on both sides by its id, or by its line of government (条线) where the two
circulars are of different places. What is left over on either side may still be one duty in other
hands: a reform made 市市场监管局 of 市工商局, and regions merge lines each in its own way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.agency_names import lines_to_come
from corpus.model import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from search.matrix import Share

_RANK: Final = (Role.LEAD, Role.SOLE, Role.JOINT, Role.SUPPORT)


class AgencyChange(NamedTuple):
    """What became of one agency between the sides; a side without it has no roles.

    With `akin` the sides name different bodies, several perhaps, of one line as reforms join it.
    """

    name_a: str
    name_b: str
    roles_a: tuple[Role, ...]
    roles_b: tuple[Role, ...]
    akin: bool = False


class _Part(NamedTuple):
    """An agency on one side: `lines` are those its line of government has led to."""

    name: str
    roles: tuple[Role, ...]
    region: str
    lines: frozenset[str]


def find_changes(
    ours: Iterable[Share], theirs: Iterable[Share], lines: Mapping[str, str], *, by_line: bool
) -> Iterator[AgencyChange]:
    """Yield the agencies whose role differs, those akin, and those that only one side names.

    `lines` gives the line of government of an agency's id; `by_line` compares by it alone.
    """
    mine, others = _parts(ours, lines, by_line=by_line), _parts(theirs, lines, by_line=by_line)
    for key, part in mine.items():
        other = others.get(key)
        if other is not None and part.roles != other.roles:
            yield AgencyChange(part.name, other.name, part.roles, other.roles)
    left = [part for key, part in mine.items() if key not in others]
    right = [part for key, part in others.items() if key not in mine]
    for some, other_some in _join(left, right):
        if some and other_some:
            yield AgencyChange(
                _names(some), _names(other_some), _roles(some), _roles(other_some), akin=True
            )
        else:
            yield from (AgencyChange(part.name, "", part.roles, ()) for part in some)
            yield from (AgencyChange("", part.name, (), part.roles) for part in other_some)


def _parts(shares: Iterable[Share], lines: Mapping[str, str], *, by_line: bool) -> dict[str, _Part]:
    """Return each agency of a side by what it is recognised by."""
    found: dict[str, tuple[Share, set[Role]]] = {}
    for share in shares:
        line = lines.get(share.agency_id, "")
        key = line if by_line and line else share.agency_id
        found.setdefault(key, (share, set()))[1].add(share.role)
    return {
        key: _Part(
            share.name,
            tuple(role for role in _RANK if role in roles),
            "" if by_line else share.agency_id.partition(":")[0],
            lines_to_come(line) if (line := lines.get(share.agency_id, "")) else frozenset(),
        )
        for key, (share, roles) in found.items()
    }


def _join(
    left: Sequence[_Part], right: Sequence[_Part]
) -> Iterator[tuple[list[_Part], list[_Part]]]:
    """Yield groups of what is akin across the sides, whoever stands alone as a group of one."""
    right_left = list(right)
    waiting = list(left)
    while waiting:
        some, others = [waiting.pop(0)], list[_Part]()
        grown = True
        while grown:
            more = [one for one in right_left if any(_akin(one, part) for part in some)]
            right_left = [one for one in right_left if one not in more]
            others += more
            back = [one for one in waiting if any(_akin(one, part) for part in others)]
            waiting = [one for one in waiting if one not in back]
            some += back
            grown = bool(more or back)
        yield some, others
    yield from (([], [one]) for one in right_left)


def _akin(one: _Part, other: _Part) -> bool:
    return one.region == other.region and not one.lines.isdisjoint(other.lines)


def _names(parts: Iterable[_Part]) -> str:
    return "、".join(dict.fromkeys(part.name for part in parts))


def _roles(parts: Iterable[_Part]) -> tuple[Role, ...]:
    held = {role for part in parts for role in part.roles}
    return tuple(role for role in _RANK if role in held)
