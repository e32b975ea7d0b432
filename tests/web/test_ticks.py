"""Boxes of facets are markup made outside the templates: whatever a value is, it stays text."""

from __future__ import annotations

from lxml import html

from webui.markup import Item, write_ticks

HOSTILE = "\"'><script>alert(1)</script>&amp;"


def test_whatever_a_value_holds_stays_text():
    item = Item(HOSTILE, HOSTILE, 3, selected=False, style=HOSTILE, mark=HOSTILE)
    (label,) = html.fragments_fromstring(write_ticks(HOSTILE, HOSTILE, [item], lambda _: HOSTILE))
    assert label.xpath(".//script") == []
    (box,) = label.xpath("./input")
    assert (box.get("name"), box.get("value")) == (HOSTILE, HOSTILE)
    assert (label.get("class"), label.get("data-names")) == (HOSTILE, HOSTILE)
    assert label.text_content() == f"{HOSTILE} {HOSTILE}3 {HOSTILE}"
