"""Whom a circular addresses (主送机关): one line that ends with a colon, split into names."""

from __future__ import annotations

from typing import Final

from corpus.markers import parse_marker

_LONGEST_RECIPIENTS: Final = 400
_RECIPIENT_WORDS: Final = (
    "政府", "委", "办", "局", "厅", "部", "院", "会", "机构", "单位", "公司", "集团", "学校",
    "企业", "街道", "乡", "镇", "中心", "处", "校", "行", "社", "所", "馆", "站", "人员", "同志",
    "机关", "组织", "海关", "区", "县", "市", "省", "总队", "系统", "协会", "队", "组", "员",
)  # fmt: skip
_NOT_RECIPIENTS: Final = (
    "如下", "以下", "下列", "通知", "事项", "要求", "意见", "包括", "为", "是", "有", "即",
    "附件", "分别", "联系人", "电话", "地址", "邮编", "批复", "情况", "答复", "公告", "决定",
    "说明", "问", "答", "注", "附", "内容", "条件", "材料", "时间", "方式",
)  # fmt: skip


def read_recipients(line: str) -> tuple[str, ...]:
    """Return the recipients (主送机关) a line addresses, or nothing.

    A 、 inside a recipient is part of it.

    >>> read_recipients("各区人民政府,市直各委、办、局:")
    ('各区人民政府', '市直各委、办、局')
    """
    bare = line.rstrip()
    if not bare.endswith(("：", ":")) or len(bare) > _LONGEST_RECIPIENTS:
        return ()
    bare = bare[:-1].strip()
    if not bare or any(mark in bare for mark in "。《》？?！") or bare.endswith(_NOT_RECIPIENTS):
        return ()
    if parse_marker(bare) is not None or not any(word in bare for word in _RECIPIENT_WORDS):
        return ()
    if any(
        word in bare
        for word in ("现将", "现就", "根据", "为了", "通知如下", "按照", "经研究", "当前位置")
    ):
        return ()
    return _split_outside(bare)


def _split_outside(text: str) -> tuple[str, ...]:
    """Split at ， and ； outside brackets."""
    names: list[str] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character in "（(":
            depth += 1
        elif character in "）)":
            depth = max(0, depth - 1)
        elif character in "，,；;" and depth == 0:
            names.append(text[start:index].strip())
            start = index + 1
    names.append(text[start:].strip())
    return tuple(name for name in names if name)
