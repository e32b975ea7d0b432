"""Old links opened in the page after edits: what is shown is what was cited, or the page says so."""

from __future__ import annotations

import random
from collections import Counter

from corpus.ingest import add_paths
from corpus.text import fold_text

ROUNDS, ASKED = 30, 8
NEW = ("对夜间施工扰民问题限期整改。", "推进电子证照在窗口单位互认。", "举报线索七日内核查反馈。")
SAMPLE = "yungang-2018-44.txt"


def edit(lines, rng):
    """Change one line below the head: insert, delete, move, reword or renumber."""
    at = rng.randrange(7, len(lines))
    match rng.choice(("insert", "delete", "move", "reword", "renumber")):
        case "insert":
            lines.insert(at, rng.choice(NEW))
        case "delete" if len(lines) > 20:
            del lines[at]
        case "move":
            lines.insert(rng.randrange(7, len(lines)), lines.pop(at))
        case "reword":
            lines[at] = lines[at][: len(lines[at]) // 2] + rng.choice(NEW)
        case _ if lines[at][1:2] == "、":
            lines[at] = rng.choice("一二三四五六七八九") + lines[at][1:]


def fold(element):
    return fold_text("".join(element.itertext()))


def answer(site, circular, eid, text):
    """Open a link, hold what is shown against what was cited, and say what the page said."""
    address = f"/d/{circular}/p/{eid}"
    response = site.get(address)
    if response.status_code == 410:
        assert "已从库中移除" in response.get_data(as_text=True)
        assert site.get(f"{address}/cite").status_code == 410
        return "removed"
    tree = site.tree(address)
    (cited,) = tree.xpath("//div[@data-p][contains(@class, 'cited')]")
    shown = next(p for p in shown_paragraphs(site, circular) if p.id == cited.get("id"))
    assert fold_text(shown.text)[:40] in fold(cited)
    said = "".join(tree.xpath("//p[@class='notice cited'][@role='status']/text()"))
    same = fold_text(shown.text) == text
    assert same == ("最接近的段落" not in said)
    assert said in site.tree(f"{address}/cite").xpath("string(//main)")
    if said:
        return "moved" if same else "changed"
    assert cited.get("id") == eid
    return "same"


def shown_paragraphs(site, circular):
    with site.library() as library:
        return library.get(circular).circular.paragraphs


def test_every_old_link_shows_its_text_or_says_what_has_become_of_it(own_site):
    rng = random.Random(1_000)
    source = own_site.folder.parent / "sources" / SAMPLE
    lines = source.read_text(encoding="utf-8").splitlines()
    circular = own_site.id_of("云政办发〔2018〕44号")
    issued, answers = {}, Counter()
    for _ in range(ROUNDS):
        for paragraph in shown_paragraphs(own_site, circular):
            issued.setdefault(paragraph.id, fold_text(paragraph.text))
        for _ in range(3):
            edit(lines, rng)
        source.write_text("\n".join(lines), encoding="utf-8")
        with own_site.library() as library:
            add_paths(library, [source], workers=1)
        for eid in rng.sample(sorted(issued), ASKED):
            answers[answer(own_site, circular, eid, issued[eid])] += 1
    assert set(answers) == {"same", "moved", "changed", "removed"}, answers
