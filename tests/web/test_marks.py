"""HTML is made in one place, from escaped parts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from webui.markup import Layer, dress

TEXTS = st.text(st.sampled_from("打击侵权<>&\"'a1 \n\u3000"), min_size=1, max_size=40)
LAYERS = st.lists(
    st.tuples(st.integers(-3, 45), st.integers(-3, 45), st.sampled_from(["mark", "grp", "run"])),
    max_size=6,
).map(lambda rows: [Layer(*row) for row in rows])


def parse(markup: str):
    return lxml_html.fragment_fromstring(f"<div>{markup}</div>")


@given(TEXTS, LAYERS)
def test_marking_changes_no_character_but_line_breaks(text, layers):
    shown = parse(dress(text, layers)).text_content()
    assert "".join(shown.split()) == "".join(text.split())


@given(TEXTS, LAYERS)
def test_only_our_own_elements_come_out(text, layers):
    tree = parse(dress(text, layers))
    assert {element.tag for element in tree.iterdescendants()} <= {"mark", "span"}


def test_a_tag_in_the_text_stays_text_around_its_mark():
    text = "<script>侵权</script>"
    assert dress(text, [Layer(8, 10, "mark")]) == "&lt;script&gt;<mark>侵权</mark>&lt;/script&gt;"


def test_overlapping_layers_nest():
    tree = parse(dress("打击侵权假冒", [Layer(0, 4, "mark"), Layer(2, 6, "grp")]))
    assert "".join(tree.xpath(".//mark//text()")) == "打击侵权"
    assert "".join(tree.xpath(".//span//text()")) == "侵权假冒"


def test_a_line_break_between_characters_is_no_space():
    assert dress("打击侵权\n　　假冒 IP\naddress") == "打击侵权假冒 IP address"


def test_the_anchor_stands_once():
    tree = parse(dress("打击侵权假冒", [Layer(0, 4, "mark", "found-1"), Layer(2, 6, "grp")]))
    assert tree.xpath("count(.//*[@id='found-1'])") == 1
