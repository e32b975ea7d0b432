"""What a site says about a circular beside its text (元数据): labels it uses, fields they mean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from corpus.model import Dropped, Span

if TYPE_CHECKING:
    from collections.abc import Mapping

# The spelling on the page, spaces removed → the one label the rest of the program knows.
LABELS: Final[Mapping[str, str]] = {
    "索引号": "索引号",
    "信息索引号": "索引号",
    "主题分类": "主题分类",
    "类别": "主题分类",
    "信息分类": "主题分类",
    "分类": "主题分类",
    "体裁分类": "体裁分类",
    "文件类型": "文件类型",
    "公文种类": "文件类型",
    "发文机关": "发文机关",
    "发文机构": "发文机关",
    "发文单位": "发文机关",
    "制发机关": "发文机关",
    "发布机关": "发布机构",
    "发布机构": "发布机构",
    "发布单位": "发布机构",
    "公开机构": "发布机构",
    "发文字号": "发文字号",
    "发布文号": "发文字号",
    "文件编号": "发文字号",
    "文件号": "发文字号",
    "文号": "发文字号",
    "字号": "发文字号",
    "标题": "标题",
    "名称": "标题",
    "信息名称": "标题",
    "文件名称": "标题",
    "成文日期": "成文日期",
    "成文时间": "成文日期",
    "发文日期": "成文日期",
    "发文时间": "成文日期",
    "生成日期": "成文日期",
    "印发日期": "印发日期",
    "印发时间": "印发日期",
    "发布日期": "发布日期",
    "发布时间": "发布日期",
    "日期": "发布日期",
    "时间": "",
    "公开日期": "发布日期",
    "公布日期": "发布日期",
    "实施日期": "施行日期",
    "生效日期": "施行日期",
    "施行日期": "施行日期",
    "失效日期": "失效日期",
    "废止日期": "失效日期",
    "有效性": "有效性",
    "效力状态": "有效性",
    "文件状态": "有效性",
    "时效状态": "有效性",
    "是否有效": "有效性",
    "公开方式": "公开方式",
    "公开类别": "公开方式",
    "公开形式": "公开方式",
    "公开范围": "公开范围",
    "公开时限": "公开时限",
    "主题词": "主题词",
    "关键词": "主题词",
    "关键字": "主题词",
    "来源": "来源",
    "信息来源": "来源",
    "文章来源": "来源",
    "字体": "",
    "打印": "",
    "浏览次数": "",
    "浏览量": "",
    "点击数": "",
    "阅读次数": "",
    "访问次数": "",
    "责任编辑": "",
    "编辑": "",
    "作者": "",
    "录入": "",
    "语种": "",
}
_BLANK: Final = " \t\xa0\u3000"
_LABEL_CHARACTERS: Final = 14
_VALUE_CHARACTERS: Final = 200
_SITE_TAIL: Final = re.compile(
    r"[-_—–|]{1,2}[^-_—–|]{2,40}(?:政府|门户|网站|网|委员会|办公室|厅|局|部|平台|政务公开)[^-_—–|]{0,12}$"
)  # 关于…的通知 - 某市人民政府门户网站


def label_of(text: str) -> str:
    """Return the label as the program knows it when `text` is a label with its colon, or "".

    >>> label_of("索 引 号：")
    '索引号'
    """
    squeezed = "".join(text.split()).strip("[]【】")
    if not squeezed.endswith(("：", ":")) or len(squeezed) > _LABEL_CHARACTERS:
        return ""
    return LABELS.get(squeezed[:-1], "")


def split_label(line: str) -> tuple[str, str] | None:
    """Split `发文字号：厦府办〔2016〕146号` into label and value; None when no label stands there.

    >>> split_label("发文字号：暂无")
    ('发文字号', '暂无')
    """
    if line[:1] in ("[", "【"):  # [发文字号] 云政办发〔2021〕5号
        named, closed, rest = line[1:].replace("】", "]", 1).partition("]")
        squeezed = "".join(named[:30].split())
        if closed and squeezed in LABELS and not rest.startswith(("：", ":")):
            value = rest.strip(_BLANK)
            return (LABELS[squeezed], value) if len(value) <= _VALUE_CHARACTERS else None
    head = line[: _LABEL_CHARACTERS + 8]
    at = min((head.find(colon) for colon in "：:" if colon in head), default=-1)
    if at < 0:
        return None
    squeezed = "".join(head[:at].split()).strip("[]【】")
    if squeezed not in LABELS:
        return None
    value = line[at + 1 :].strip(_BLANK)
    return (LABELS[squeezed], value) if len(value) <= _VALUE_CHARACTERS else None


def opens_label(text: str) -> bool:
    """Whether text goes on with a label in brackets: 【发文字号】 …."""
    head = text[:16].replace("】", "]", 1)
    return head[:1] in "【[" and "".join(head[1:].partition("]")[0].split()) in LABELS


def clean_page_title(title: str) -> str:
    """Return a page's title without the site's name behind it.

    >>> clean_page_title("关于做好防汛工作的通知 - 云港市人民政府门户网站")
    '关于做好防汛工作的通知'
    """
    title = title.strip()
    for _ in range(3):
        found = _SITE_TAIL.search(title[-300:])
        if found is None:
            break
        title = title[: len(title) - (len(title[-300:]) - found.start())].rstrip()
    return title


def harvest_lines(
    text: str, dropped: tuple[Dropped, ...], metadata: Mapping[str, str]
) -> tuple[dict[str, str], tuple[Dropped, ...]]:
    """Collect the label lines of a page into metadata; those inside the text are dropped now.

    Lines outside the main text count as well: many sites put 文号 into a table above it. Inside it
    only labels that never open a sentence of a circular are taken.
    """
    found = dict(metadata)
    harvested: list[Dropped] = []
    outside = {one.span.start for one in dropped}
    position = 0
    kept = 0
    for line in text.split("\n"):
        start, position = position, position + len(line) + 1
        start += len(line) - len(line.lstrip())
        if start not in outside:
            kept += 1
        pair = split_label(line)
        if pair is None or (start not in outside and kept > _HEAD_LINES):
            continue
        label, value = pair
        if start not in outside:
            harvested.append(Dropped(Span(start, start + len(line.strip())), "页面元数据"))
        if label and value and (label not in found or label != "标题"):
            found.setdefault(label, value)
    return found, tuple(harvested)


_HEAD_LINES: Final = 25
