"""What a comparison's results are called (对照结论), and what became of its agencies in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from search.comparison import Kind
from search.facets import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.model import Role
    from search.comparison import AgencyChange, Row

KIND_NAMES: Final = {
    Kind.SAME: "相同",
    Kind.LIKE: "相近",
    Kind.ONLY_A: "仅甲有",
    Kind.ONLY_B: "仅乙有",
}
KIND_MARKS: Final = {Kind.SAME: "＝", Kind.LIKE: "≈", Kind.ONLY_A: "◧", Kind.ONLY_B: "◨"}


def percent(row: Row) -> str:
    """Return how alike the sides of a row are, where they are neither equal nor missing."""
    return f"{min(99, int(row.alike * 100))}%" if row.kind is Kind.LIKE else ""


def say_changes(changes: Iterable[AgencyChange]) -> tuple[str, ...]:
    """Say what became of the agencies, those with one fate together.

    仅甲有 市公安局、市财政局（配合）; 市交通局：牵头 → 配合
    """
    found: dict[str, list[str]] = {}
    for change in changes:
        name = change.name_a or change.name_b
        if not change.roles_b:
            fate = f"仅甲有 %s（{_roles(change.roles_a)}）"
        elif not change.roles_a:
            fate = f"仅乙有 %s（{_roles(change.roles_b)}）"
        else:
            fate = f"%s：{_roles(change.roles_a)} → {_roles(change.roles_b)}"
            if change.name_b != change.name_a:
                name = f"{change.name_a} / {change.name_b}"
        found.setdefault(fate, []).append(name)
    return tuple(fate % "、".join(names) for fate, names in found.items())


def _roles(roles: tuple[Role, ...]) -> str:
    return "、".join(ROLE_NAMES[role] for role in roles)
