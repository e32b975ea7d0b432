"""What a comparison's results are called (对照结论), and what became of its agencies in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from search.comparison import Kind
from search.facets import ROLE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corpus.model import Role
    from search.comparison import Comparison, Row
    from search.comparison_agencies import AgencyChange

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

    仅甲有 市公安局、市财政局（配合）; 市交通局：牵头 → 配合; 条线相承 市工商局 / 市市场监管局
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
            if change.akin:
                fate = f"条线相承 {name}（{_role_or_change(change)}）"
        found.setdefault(fate, []).append(name)
    return tuple(fate.replace("%s", "、".join(names)) for fate, names in found.items())


def _role_or_change(change: AgencyChange) -> str:
    ours, theirs = _roles(change.roles_a), _roles(change.roles_b)
    return ours if ours == theirs else f"{ours} → {theirs}"


def notes_on_agencies(compared: Comparison) -> tuple[str, ...]:
    """Say how the agencies of two circulars were compared, where that is not by their names."""
    notes = []
    if compared.by_line:
        notes.append("两份文件不是一地的，责任单位按条线比较（市公安局与省公安厅算同一条线）。")
    if any(change.akin for row in compared.rows for change in row.changes):
        notes.append("条线相承：两边机构不同，经机构改革归于同一条线（工商局与市场监管局）。")
    return tuple(notes)


def _roles(roles: tuple[Role, ...]) -> str:
    return "、".join(ROLE_NAMES[role] for role in roles)
