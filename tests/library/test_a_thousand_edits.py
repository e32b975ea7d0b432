"""A thousand edits of real files and their re-imports: every old link answers rightly.

The oracle knows nothing of how links are kept: it remembers, for each link, the text it was issued
for, and looks only at what the library answers and at what the file now says.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.permalinks import ALIKE, LinkStatus, similarity
from corpus.text import fold_text

EDITS = 1_000
EDITS_A_ROUND = 4
NEW = (
    "建立跨部门会商机制，每季度通报一次进展情况。", "对无人机巡查发现的问题限期三十日整改。",
    "鼓励行业协会制定自律公约并向社会公开承诺。", "推进电子证照在窗口单位的互认共享。",
    "加强基层执法人员轮训，三年内实现全覆盖。", "完善举报奖励办法，保护举报人合法权益。",
)  # fmt: skip
NUMERALS = "一二三四五六七八九十"


def insert(lines, rng):
    lines.insert(rng.randrange(len(lines) + 1), rng.choice(NEW))


def delete(lines, rng):
    if len(lines) > 6:
        del lines[rng.randrange(len(lines))]


def move(lines, rng):
    lines.insert(rng.randrange(len(lines)), lines.pop(rng.randrange(len(lines))))


def reword(lines, rng):
    at = rng.randrange(len(lines))
    line = lines[at]
    cut = rng.randrange(len(line) + 1)
    lines[at] = (
        line[:cut] + rng.choice(NEW)[: rng.randrange(2, 12)] + line[cut + rng.randrange(9) :]
    )


def replace(lines, rng):
    lines[rng.randrange(len(lines))] = rng.choice(NEW) + rng.choice(NEW)


def renumber(lines, rng):
    """Put another ordinal before a heading, or make a heading of a line."""
    headings = [at for at, line in enumerate(lines) if line[1:2] == "、" and line[0] in NUMERALS]
    if headings and rng.random() < 0.7:
        at = rng.choice(headings)
        lines[at] = rng.choice(NUMERALS) + lines[at][1:]
    else:
        at = rng.randrange(len(lines))
        lines.insert(at, f"{rng.choice(NUMERALS)}、{rng.choice(NEW)[:8]}")


KINDS = (insert, delete, move, reword, replace, renumber)


def place_of(paragraph):
    """Under which numbered headings a paragraph stands."""
    return paragraph.path


class Memory:
    """What was issued for which text, and how often each answer was given."""

    def __init__(self) -> None:
        self.issued: dict[tuple[str, str], tuple[str, str]] = {}  # text and place
        self.before: dict[str, set[str]] = {}  # what each circular said before the last edits
        self.stood: set[tuple[str, str]] = set()  # links whose own text was there before
        self.answers: Counter[str] = Counter()
        self.edits: Counter[str] = Counter()

    def learn(self, stored) -> None:
        for paragraph in stored.circular.paragraphs:
            said = fold_text(paragraph.text), place_of(paragraph)
            if (stored.id, paragraph.id) not in self.issued:
                self.issued[stored.id, paragraph.id] = said
                self.stood.add((stored.id, paragraph.id))
        self.before[stored.id] = {fold_text(one.text) for one in stored.circular.paragraphs}

    def judge(self, library, stored) -> None:
        """Ask every link of a circular, and hold the answer against the file as it is now."""
        now = {each.id: fold_text(each.text) for each in stored.circular.paragraphs}
        new = {text for text in now.values() if text not in self.before[stored.id]}
        for (circular, eid), (text, place) in self.issued.items():
            if circular != stored.id:
                continue
            link = library.resolve(circular, eid)
            self.answers[link.status.value] += 1
            shown = fold_text(link.paragraph.text) if link.paragraph else None
            stood = (circular, eid) in self.stood
            self.stood.discard((circular, eid))
            match link.status:
                case LinkStatus.SAME | LinkStatus.MOVED:
                    assert link.eid == eid
                    assert shown == text == now[eid]
                    stayed = place_of(link.paragraph) == place
                    assert stayed or link.status is LinkStatus.MOVED
                    self.stood.add((circular, eid))
                case LinkStatus.CHANGED:
                    assert shown is not None
                    assert shown != text
                    assert shown == now[link.eid]
                    assert similarity(text, shown) >= ALIKE or text in shown
                case LinkStatus.REMOVED:
                    assert shown is None
                    # Whoever says it now has long said something else: nothing has come back.
                    saying = [each for each, said in now.items() if said == text]
                    assert all((circular, each) in self.issued for each in saying)
                    # Nothing that could be it, reworded, has come in its stead.
                    assert not (stood and [one for one in new if similarity(text, one) >= ALIKE])
                case _:
                    pytest.fail(f"{circular}/{eid} was issued and is unknown")


@pytest.fixture(params=["invented", "real"])
def sources(request, repository):
    """The invented samples; and the two real circulars the product stands for, where they are."""
    if request.param == "invented":
        return sorted((repository / "corpus" / "samples").glob("*.txt"))
    return sorted((request.getfixturevalue("shared") / "corpus").glob("*.txt"))


def test_after_a_thousand_edits_no_link_leads_elsewhere_in_silence(tmp_path, sources, capsys):
    rng = random.Random(20_161_146)
    memory, done = Memory(), 0
    with Library.open(tmp_path / "库", create=True) as library:
        (tmp_path / "文件").mkdir()
        texts = {}
        for sample in sources:
            path = tmp_path / "文件" / sample.name
            path.write_bytes(sample.read_bytes())
            texts[path] = [line for line in sample.read_text("utf-8").split("\n") if line.strip()]
        add_paths(library, [tmp_path / "文件"], workers=1)
        results, revisions = [], 0
        for circular in library.circular_ids():
            memory.learn(library.get(circular))
        while done < EDITS:
            path = rng.choice(list(texts))
            lines = texts[path]
            head, body = lines[:6], lines[6:]  # title and number say that it is still this one
            for _ in range(EDITS_A_ROUND):
                kind = rng.choice(KINDS)
                kind(body, rng)
                memory.edits[kind.__name__] += 1
                done += 1
            texts[path] = [*head, *body]
            path.write_text("\n".join(texts[path]), encoding="utf-8")
            add_paths(library, [path], workers=1, on_result=results.append)
            assert results[-1].status in {"indexed", "duplicate"}
            stored = library.get(results[-1].id)
            revisions += results[-1].status == "indexed"
            memory.judge(library, stored)
            memory.learn(stored)
        assert library.check() == ()
    with capsys.disabled():
        print(
            f"\n{done} edits {dict(memory.edits)}; {revisions} revisions, {len(memory.issued)} links"
        )
        print(f"asked {memory.answers.total()} times: {dict(memory.answers)}")
    assert min(memory.answers[one.value] for one in LinkStatus if one is not LinkStatus.UNKNOWN) > 0
