# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Titles (标题): their genre, what they issue, who issues them, when two are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from corpus.text import fold_text

if TYPE_CHECKING:
    from collections.abc import Sequence

# 《党政机关公文处理工作条例》 art. 8; 复函 is a 函.
STATUTORY_KINDS: Final = (
    "决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示",
    "批复", "议案", "函", "纪要",
)  # fmt: skip
INNER_KINDS: Final = (
    "工作要点", "要点", "实施方案", "工作方案", "行动方案", "总体方案", "方案", "行动计划",
    "工作计划", "计划", "规划", "纲要", "实施办法", "办法", "实施细则", "细则", "规定", "条例",
    "规则", "规程", "规范", "制度", "指南", "指引", "措施", "任务分工", "分工方案", "清单",
    "目录", "名单", "预案", "章程", "标准", "准则", "守则", "导则", "解读", "答复", "安排",
    "简章", "公约", "要求", "公示", "答记者问", "报告书", "法",
)  # fmt: skip
_KINDS: Final = tuple(sorted({*STATUTORY_KINDS, *INNER_KINDS}, key=len, reverse=True))
_ISSUING: Final = ("印发", "转发", "批转", "颁布", "公布", "发布", "下发", "颁发")
_OPEN: Final = "《〈（(〔[【﹝“「<"
_CLOSE: Final = "》〉）)〕]】﹞”」>"
_LONGEST_SUFFIX: Final = 40
_AFTER_TAIL: Final = "》（）()试行暂"
_TAILS: Final = (
    "的通知",
    "的公告",
    "的通告",
    "的决定",
    "的命令",
    "的函",
    "的意见",
    "的令",
    "通知",
    "的批复",
)


def without_suffix(title: str) -> str:
    """Return a title without closing quotes and the bracket behind it (（试行）, （2016—2020年）).

    >>> without_suffix("河长制实施办法（试行）")
    '河长制实施办法'
    """
    title = title.strip().rstrip("》〉。：: \u3000")
    for _ in range(3):
        if not title.endswith(("）", ")", "】", "]", "〕")):
            break
        start = max(title.rfind(mark) for mark in "（(【[〔")
        if start <= 0 or len(title) - start > _LONGEST_SUFFIX:
            break
        title = title[:start].rstrip("》〉 \u3000")
    return title


def kind_of(title: str) -> str:
    """Return the genre (文种) a title ends with, or "".

    >>> kind_of("云港市2021年工作要点"), kind_of("关于同意设立高新区的复函")
    ('工作要点', '函')
    """
    bare = "".join(without_suffix(title).split())
    if not bare.endswith(_KINDS):
        return ""
    for kind in _KINDS:
        if bare.endswith(kind) and len(bare) > len(kind):
            if kind == "法" and not bare.startswith("中华人民共和国"):
                continue
            if kind in {"令", "函"} and len(bare) <= 2:
                continue
            return kind
    return ""


def quoted_titles(text: str) -> tuple[str, ...]:
    """Return the titles in 《》 on the outermost level, inner 〈〉 and 《》 kept.

    >>> quoted_titles("关于印发《甲办法》等两个文件的通知")
    ('甲办法',)
    """
    found: list[str] = []
    depth = start = 0
    for index, character in enumerate(text[:2000]):
        if character == "《":
            depth += 1
            if depth == 1:
                start = index + 1
        elif character == "》" and depth:
            depth -= 1
            if depth == 0:
                found.append(text[start:index])
    return tuple(found)


def inner_titles_of(title: str) -> tuple[str, ...]:
    """Return the titles a 印发 or 转发 title names (内文标题).

    >>> inner_titles_of("云港市人民政府办公室关于印发2021年清网行动工作要点的通知")
    ('2021年清网行动工作要点',)
    """
    bare = "".join(title.split()).strip("《》") if title.count("《") <= 1 else title
    at = _issuing_verb(bare)
    if at is None:
        return ()
    named = bare[at:]
    for tail in _TAILS:
        position = named.rfind(tail)
        if position > 0 and not named[position + len(tail) :].strip(_AFTER_TAIL):
            named = named[:position]
            break
    else:
        return ()
    quoted = quoted_titles(named) or _angled(named)
    if quoted and (named.startswith(("《", "〈", "<", "＜", "（《"))):
        return quoted
    return (named,) if len(named) > 3 else ()


def _angled(text: str) -> tuple[str, ...]:
    for opened, closed in ("〈〉", "<>", "＜＞"):
        start, end = text.find(opened), text.rfind(closed)
        if 0 <= start < end:
            return (text[start + 1 : end],)
    return ()


def _issuing_verb(title: str) -> int | None:
    """Where the issued title begins: right after 关于印发, or X印发 without 关于 before it."""
    about = title.find("关于")
    for verb in _ISSUING:
        at = title.find(verb)
        if at < 0:
            continue
        if at == about + 2 or (about < 0 or at < about):
            if at > 0 and about < 0 and not _may_issue(title[:at]):
                continue
            return at + len(verb)
    return None


_ISSUER_ENDS: Final = (
    "政府", "办公厅", "办公室", "委员会", "委", "局", "厅", "部", "署", "院", "会", "组", "总社",
    "中心", "行", "海关", "办", "司", "处", "总队", "支队", "集团", "公司", "军委", "大学",
    "学院", "协会", "联合会", "机关", "管委会", "指挥部", "所", "站", "等部门", "等单位", "总局",
    "党组", "机制", "秘书局",
)  # fmt: skip


def _may_issue(text: str) -> bool:
    return text.endswith(_ISSUER_ENDS)


def tidy_title(title: str) -> str:
    """Return a title without the spaces that stand for line ends; issuers stay apart.

    >>> tidy_title("云港市公安局 云港市司法局 关于做好 普法工作的通知")
    '云港市公安局 云港市司法局关于做好普法工作的通知'
    """
    pieces = title.split()
    if len(pieces) <= 1:
        return title.strip()
    if len(pieces[0]) > 3 and pieces[1].startswith(pieces[0]):
        del pieces[0]  # a portal names the issuer above the title
    joined = pieces[0]
    for piece in pieces[1:]:
        latin = joined[-1].isascii() and piece[0].isascii()
        head = "关于" not in joined and not piece.startswith(("关于", "印发", "转发", "《"))
        named = head and is_issuer_name(joined.split(" ")[-1]) and _begins_with_issuer(piece)
        joined += f" {piece}" if latin or named else piece
    return joined


def _begins_with_issuer(piece: str) -> bool:
    """Whether a piece of a title is an issuer, or begins with one before 关于, 印发."""
    cuts = [at for word in ("关于", *_ISSUING) if (at := piece.find(word)) > 0]
    return is_issuer_name((piece[: min(cuts)] if cuts else piece).rstrip("：:"))


def issuers_of_title(title: str) -> tuple[str, ...]:
    """Return the issuers (发文机关) a title begins with, as written.

    >>> issuers_of_title("云港市公安局 云港市司法局关于做好普法工作的通知")
    ('云港市公安局', '云港市司法局')
    """
    cut = [title.find(word) for word in ("关于", *_ISSUING)]
    at = min((position for position in cut if position > 0), default=-1)
    if at <= 0:
        return ()
    head = title[:at].strip(" \u3000\xa0：:《")
    names = split_names(head)
    if names and all(_may_issue(name) for name in names) and len(head) <= 200:
        return names
    return ()


def signs_forwarded(title: str, names: Sequence[str]) -> bool:
    """Whether those who sign issued what a title forwards (转发), not the circular itself.

    >>> signs_forwarded("某县教育局转发教育部关于做好招生工作的通知的通知", ("教育部",))
    True
    """
    own, _, forwarded = title.partition("转发")
    return bool(own and names) and names[0] in forwarded and names[0] not in own


def split_names(text: str) -> tuple[str, ...]:
    """Split a row of issuers at spaces and 、."""
    for mark in "、，,\u200b\ufeff":
        text = text.replace(mark, " ")
    return tuple(text.split())


def is_issuer_name(text: str) -> bool:
    """Whether a short text may be the name of a body that signs circulars."""
    likely = 2 <= len(text) <= 40 and _may_issue(text)
    return likely and not any(character.isdigit() for character in text)


_NO_MATTER: Final = str.maketrans(dict.fromkeys("《》〈〉<>()（）〔〕[]-—·,，、:：;；。", ""))


def title_key(title: str) -> str:
    """Return what makes a title itself: without 关于, quotation marks, brackets and spaces.

    >>> title_key("国务院关于印发《规划》的通知") == title_key("国务院 印发〈规划〉的通知")
    True
    """
    return fold_text(title).translate(_NO_MATTER).replace("关于", "")


def looks_like_title(line: str) -> bool:
    """Whether a line may be (part of) a title: short, no sentence in it, no label."""
    bare = line.strip()
    if not bare or len(bare) > 160:
        return False
    if bare.endswith(("。", "；", ";", "：", ":", "，", ",", "！")):
        return False
    outside = _outside_quotes(bare)
    return not any(mark in outside for mark in "。；;！!，,")


def _outside_quotes(text: str) -> str:
    """The text outside 《》, “” and brackets, where a comma would be a sentence's."""
    kept: list[str] = []
    depth = 0
    for character in text:
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0:
            kept.append(character)
    return "".join(kept)
