"""Where the links of a Word document lead (超链接): the page shows words, the file an address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

LINKS: Final = "超链接"
_MOST: Final = 2_000
_LONGEST: Final = 2_000
_FIELD: Final = re.compile(r'HYPERLINK\s{1,9}"([^"\s]{1,2000})"')  # HYPERLINK "http://…"
_INSTRUCTION: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}instrText"
_WEB: Final = ("http://", "https://")


def find_addresses(relations: Iterable[Any], roots: Iterable[Any | None]) -> tuple[str, ...]:
    """Return the web addresses that relations and fields name, each once, in their order."""
    named = (*_of_relations(relations), *(one for root in roots for one in _of_fields(root)))
    kept = dict.fromkeys(one for one in named if one.startswith(_WEB) and len(one) <= _LONGEST)
    return tuple(kept)[:_MOST]


def _of_relations(relations: Iterable[Any]) -> Iterator[str]:
    for relation in relations:
        if relation.is_external and relation.reltype.endswith("/hyperlink"):
            yield "".join(relation.target_ref.split())


def _of_fields(root: Any | None) -> Iterator[str]:
    """Yield the addresses in field instructions, as older programs write links."""
    if root is None:
        return
    for instruction in root.iter(_INSTRUCTION):
        for found in _FIELD.finditer((instruction.text or "")[:_LONGEST]):
            yield found[1]
