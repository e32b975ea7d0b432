"""Run-in headings (段首小标题): an unnumbered short first sentence that names its paragraph."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corpus.model import Span

_SHORTEST, _LONGEST = 5, 21  # with the full stop
_VERBS: Final = frozenset(
    [
        "加强",
        "强化",
        "推进",
        "加大",
        "打击",
        "完善",
        "建立",
        "健全",
        "推动",
        "开展",
        "充分",
        "全面",
        "加快",
        "深入",
        "深化",
        "落实",
        "坚持",
        "提升",
        "提高",
        "优化",
        "规范",
        "创新",
        "促进",
        "支持",
        "鼓励",
        "引导",
        "培育",
        "构建",
        "建设",
        "实施",
        "严格",
        "严厉",
        "查处",
        "整治",
        "净化",
        "扩大",
        "拓展",
        "明确",
        "统筹",
        "突出",
        "聚焦",
        "凝聚",
        "做好",
        "抓好",
        "抓实",
        "做实",
        "做强",
        "夯实",
        "筑牢",
        "压实",
        "保障",
        "确保",
        "发挥",
        "发展",
        "改革",
        "改进",
        "改善",
        "打造",
        "搭建",
        "组织",
        "注重",
        "紧盯",
        "着力",
        "大力",
        "积极",
        "切实",
        "持续",
        "稳步",
        "有序",
        "科学",
        "依法",
        "合理",
        "广泛",
        "严肃",
        "严查",
        "严控",
        "防范",
        "化解",
        "巩固",
        "增强",
        "激发",
        "营造",
        "畅通",
        "简化",
        "放宽",
        "降低",
        "减轻",
        "盘活",
        "整合",
        "协调",
        "协同",
        "履行",
        "探索",
        "制定",
        "编制",
        "壮大",
        "吸引",
        "集聚",
        "弘扬",
        "宣传",
        "普及",
        "监督",
        "监测",
        "评估",
        "考核",
        "管理",
        "维护",
        "保护",
        "治理",
        "排查",
        "消除",
        "控制",
        "把握",
        "树立",
        "遵循",
        "围绕",
        "立足",
        "突破",
        "攻克",
        "引进",
        "延伸",
        "补齐",
        "用好",
        "管好",
        "守住",
        "切断",
        "推广",
        "摸清",
        "丰富",
        "强力",
        "从严",
        "分类",
        "精准",
        "主动",
        "认真",
        "高度",
        "尽快",
        "及时",
        "逐步",
        "进一步",
    ]
)
_VERB_LENGTHS: Final = (2, 3)


def first_sentence(text: str) -> str:
    """Return the first sentence of a paragraph when it may be a run-in heading, or "".

    >>> first_sentence("强化网上交易管理。开展专项行动，整治虚假宣传。")
    '强化网上交易管理。'
    """
    stop = text.find("。", 0, _LONGEST + 1)
    if stop < 0 or stop + 1 < _SHORTEST or stop + 1 >= len(text):
        return ""
    sentence = text[: stop + 1]
    if any(mark in sentence for mark in "，,；;：:（(？?！、"):
        return "" if "、" not in sentence else _with_pause(text, sentence)
    return sentence if _may_head(text, sentence) else ""


def _with_pause(text: str, sentence: str) -> str:
    """A 、 between two objects of one verb is allowed: 加强组织、宣传工作。."""
    if any(mark in sentence for mark in "，,；;：:（(？?！"):
        return ""
    return sentence if _may_head(text, sentence) else ""


def _may_head(text: str, sentence: str) -> bool:
    if text[len(sentence)] in "（(":
        return False
    return any(sentence[:length] in _VERBS for length in _VERB_LENGTHS)


def find_run_ins(siblings: Sequence[tuple[str, Span]], bold: Iterable[Span]) -> tuple[str, ...]:
    """Return the run-in heading of each paragraph of a section, "" where there is none.

    One alone is doubtful and not taken — 深入推进“法律六进”主题活动。 is a measure —
    unless the page sets it in bold.
    """
    candidates = [first_sentence(text) for text, _ in siblings]
    if sum(map(bool, candidates)) > 1:
        return tuple(candidates)
    ends = {span.end: span.start for span in bold}
    return tuple(
        candidate if candidate and _is_bold(span.start, len(candidate), ends) else ""
        for candidate, (_, span) in zip(candidates, siblings, strict=True)
    )


def _is_bold(start: int, length: int, ends: dict[int, int]) -> bool:
    """Whether a bold span ends where the sentence does, its full stop counted or not."""
    return any(ends.get(end, start + 1) <= start for end in (start + length - 1, start + length))
