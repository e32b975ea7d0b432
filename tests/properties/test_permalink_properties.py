"""However a circular is edited, no id that was issued ever stands for another text in silence."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.permalinks import ALIKE, Anchor, Arrival, LinkStatus, settle, similarity

SENTENCES = (
    "加强重点领域治理", "严查网络侵权盗版", "推进软件正版化工作", "开展农资打假行动",
    "完善联合惩戒机制", "强化行政执法与刑事司法衔接", "建立信用信息共享平台", "定期通报进展情况",
    "加大宣传教育力度", "健全监督考核办法",
)  # fmt: skip
texts = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=4).map("，".join)
edits = st.tuples(
    st.sampled_from(("insert", "delete", "move", "reword", "replace")),
    st.integers(0, 30),
    st.integers(0, 30),
    texts,
)


def edited(paragraphs, edit):
    kind, at, to, text = edit
    result = list(paragraphs)
    if kind == "insert" or not result:
        result.insert(at % (len(result) + 1), text)
        return result
    at %= len(result)
    if kind == "delete":
        del result[at]
    elif kind == "move":
        result.insert(to % len(result), result.pop(at))
    elif kind == "reword":
        result[at] = result[at][: to % (len(result[at]) + 1)] + text[:4] + result[at][to:]
    else:
        result[at] = text
    return result


class History:
    """One circular's revisions: what was issued, and for which text and place."""

    def __init__(self) -> None:
        self.issued: dict[str, tuple[str, str]] = {}
        self.last: dict[str, tuple[str, str]] = {}
        self.answers = {}
        self.revision = 0

    def add(self, paragraphs):
        self.revision += 1
        anchors = [
            Anchor(
                eid,
                place,
                text,
                *self.last.get(eid, ("", "")),
                target=self.answers[eid].target if eid in self.answers else eid,
            )
            for eid, (place, text) in self.issued.items()
        ]
        arrivals = [Arrival(f"p_{order}", text) for order, text in enumerate(paragraphs)]
        ids, self.answers = settle(anchors, arrivals, self.revision)
        self.last = {e: (a.place, a.text) for e, a in zip(ids, arrivals, strict=True)}
        for eid, arrival in zip(ids, arrivals, strict=True):
            self.issued.setdefault(eid, (arrival.place, arrival.text))
        return ids


# One paragraph was reworded into another's text, and that one deleted: its text is still here.
ONE_TEXT_OF_TWO = (
    [("replace", 1, 0, "完善联合惩戒机制，严查网络侵权盗版")],
    [("replace", 0, 0, "开展农资打假行动")],
)


@settings(deadline=None)
@given(st.lists(texts, max_size=8), st.lists(st.lists(edits, max_size=4), max_size=5))
@example(["完善联合惩戒机制，严查网络侵权盗版", "严查网络侵权盗版"], ONE_TEXT_OF_TWO)
def test_no_id_ever_answers_with_another_text_in_silence(start, rounds):
    history, paragraphs = History(), start
    history.add(paragraphs)
    for changes in rounds:
        before = dict(history.issued)
        for edit in changes:
            paragraphs = edited(paragraphs, edit)
        ids = history.add(paragraphs)
        now = dict(zip(ids, paragraphs, strict=True))
        assert len(now) == len(paragraphs)  # ids are unique
        assert set(history.answers) == set(before)  # every id ever issued has an answer
        for eid, (place, text) in before.items():
            answer = history.answers[eid]
            shown = now.get(answer.target)
            match answer.status:
                case LinkStatus.SAME:
                    assert (answer.target, shown) == (eid, text)
                    assert history.last[eid][0] == place
                case LinkStatus.MOVED:
                    assert (answer.target, shown) == (eid, text)
                case LinkStatus.CHANGED:
                    assert shown != text
                    assert answer.similarity == similarity(text, shown)
                    assert answer.similarity >= ALIKE or text in shown
                case LinkStatus.REMOVED:
                    assert answer.target == ""
                    assert text not in now.values() or paragraphs.count(text) < sum(
                        issued == text for _, issued in before.values()
                    )


@settings(deadline=None)
@given(st.lists(texts, max_size=8), st.lists(edits, max_size=4))
def test_an_id_issued_for_another_text_is_never_given_to_a_new_one(start, changes):
    history, paragraphs = History(), start
    history.add(paragraphs)
    for edit in changes:
        paragraphs = edited(paragraphs, edit)
    for eid, text in zip(history.add(paragraphs), paragraphs, strict=True):
        assert similarity(history.issued[eid][1], text) >= ALIKE


@settings(deadline=None)
@given(st.lists(texts, max_size=8))
def test_the_same_text_again_changes_no_id(paragraphs):
    history = History()
    assert history.add(paragraphs) == history.add(paragraphs)
    assert {answer.status for answer in history.answers.values()} <= {LinkStatus.SAME}


def test_of_two_that_became_one_text_the_id_that_was_issued_for_it_has_it():
    whole, half = "完善联合惩戒机制，严查网络侵权盗版", "严查网络侵权盗版"
    history = History()
    assert history.add([whole, half]) == ("p_0", "p_1")
    assert history.add([whole, whole]) == ("p_0", "p_1")

    assert history.add(["开展农资打假行动", whole])[1] == "p_0"
    assert history.answers["p_0"].status is LinkStatus.MOVED
    assert history.answers["p_1"].status is LinkStatus.CHANGED
    assert history.answers["p_1"].target == "p_0"


def test_an_id_that_drifted_and_would_be_lost_has_its_text_back():
    text, longer, half = (
        "加强重点严查网络侵权盗版",
        "加强重点加强重点严查网络侵权盗版",
        "严查网络侵权盗版",
    )
    history = History()
    assert history.add([text]) == ("p_0",)
    assert history.add([longer, half]) == ("p_0", "p_1")
    assert history.add([longer, text]) == ("p_0", "p_1")

    assert history.add([text]) == ("p_0",)
    assert history.answers["p_0"].status is LinkStatus.SAME
    assert (history.answers["p_1"].status, history.answers["p_1"].target) == (
        LinkStatus.CHANGED,
        "p_0",
    )


def test_an_id_does_not_forward_to_its_own_text_under_another_id():
    text = "加强重点领域治理"
    history = History()
    assert history.add([text, text]) == ("p_0", "p_1")
    assert history.add([f"{text}，{text}"]) == ("p_0",)

    assert history.add([text]) == ("p_1",)
    assert history.answers["p_0"].status is LinkStatus.REMOVED
