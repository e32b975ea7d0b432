"""Development zones (功能区) and their committees: 平潭综合实验区管委会, 市高新区管委会.

Two zones of one city are two bodies, so a zone's committee is keyed by the zone's own name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

_COMMITTEE = re.compile(r"(?P<zone>[\u4e00-\u9fff（）()—-]{2,24}?)(?:党工委)?(?:管理委员会|管委会)")
_ZONE = re.compile(
    r"(?:开发区|实验区|试验区|示范区|新区|高新区|园区|保税区|综保区|风景区|名胜区|度假区|管理区|工业区"
    r"|商贸城|商贸区|片区|投资区|经开区|合作区|先行区|产业园|科技园|工业园|示范园|科学城|科技城|港区|林区"
    r"|矿区|保护区|开发开放区|中关村|物流园|经济区|农场|空港|新城|自贸区|自贸港|集聚区)$"
)
_NO_ZONE = re.compile(
    r"^(?:各|有关|相关|其他|所有|全|省级|国家级|市级|县级|市直)|[、和及与]|[（(](?!.*[）)])"
)
# 厦门自贸片区, 自贸试验区 have a stem of their own in agencies.tsv
_OWN_STEM = re.compile(r"自贸|自由贸易|^(?:.{0,3}开发区)$")


class Zone(NamedTuple):
    """A zone as a name states it. `within` is a GB/T 2260 code where the table knows the zone."""

    name: str
    within: str


@lru_cache(maxsize=1)
def _listed() -> dict[str, Zone]:
    found: dict[str, Zone] = {}
    for row in (files("corpus") / "data" / "zones.tsv").read_text("utf-8").splitlines():
        if not row or row.startswith(("#", "name\t")):
            continue
        name, others, within = row.split("\t")
        for written in (name, *filter(None, others.split("|"))):
            found[written] = Zone(name, within)
    return found


@lru_cache(maxsize=8192)
def zone_of(name: str) -> Zone | None:
    """Return the zone whose committee (管委会) a name means, or None.

    A zone of the table is its committee also where 管委会 is left off.

    >>> zone_of("平潭综合实验区管委会")
    Zone(name='平潭综合实验区', within='350000')
    >>> zone_of("各开发区管委会") is None
    True
    """
    found = _COMMITTEE.fullmatch(name)
    if found is None:
        zone = _listed().get(name)
        return zone if zone is not None and zone.name == name else None
    written = found["zone"]
    if written in _listed():
        return _listed()[written]
    if _NO_ZONE.search(written) or _OWN_STEM.search(written) or not _ZONE.search(written):
        return None
    return Zone(written, "")


def zone_at_start(name: str) -> Zone | None:
    """Return the zone of the table a name begins with: 平潭综合实验区社会事业局."""
    for length in range(min(len(name) - 2, _LONGEST_ZONE), 3, -1):
        zone = _listed().get(name[:length])
        if zone is not None:
            return Zone(name[:length], zone.within)
    return None


_LONGEST_ZONE = 20
