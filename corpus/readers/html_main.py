"""Which element of a page holds the circular (正文容器)."""

from __future__ import annotations

import re
from typing import Any, Final

from corpus.readers.html_scan import count_han

_KNOWN: Final = re.compile(
    r"(?:^|\s)(?:ucap-content|pages_content|trs_editor|trs_ueditor|zoom|zoomcon|article-content"
    r"|article_content|articlecontent|info_cont|news_content|newscontent|content_article"
    r"|xxgk_content|gknbxq_detail|view|detail-content|detail_content|wzcontent|main-content"
    r"|main_content|article-con|art_con|con_article|nr_con|txt_con|bt_content|j-fontcontent"
    r"|wp_articlecontent|v_news_content|vsb_content|htmlcontent|newsmain|detailcon|detail_con"
    r"|detailcontent|content-detail|contentdetail|news_con|newscon|news-content|news-con|articlebody"
    r"|article-body|article_body|articlecon|article_con|arti_content|infocontent|info-content"
    r"|info_content|xlcontent|xl_content|printcontent|print-content|printarea|textcontent"
    r"|text_content|text-content|con_text|contxt|conttxt|zwcontent|zw_content|xxgkcontent"
    r"|content_body|content-body|contentbody|easysite-news-text|gsj_htmlcon_bot|arc_content"
    r"|arccontent|wzxq_content|xq_content|detail-con)(?=\s|$)",
    re.IGNORECASE,
)  # id="UCAP-CONTENT", class="view TRS_UEDITOR trs_paper_default"
_ATTRIBUTE_LIMIT: Final = 300
_CANDIDATES: Final = frozenset({"div", "td", "article", "section", "main", "body"})
_ENOUGH: Final = 15
_LINK_SHARE: Final = 0.25
_BLOCK_TEXT: Final = 12


def choose_main(body: Any) -> Any:
    """Return the element that holds the circular; the whole body where nothing surrounds it."""
    known = [element for element in body.iter() if _is_known(element)]
    weighed = [(count_han(element.text_content()), element) for element in known[:50]]
    best = max(weighed, key=lambda pair: pair[0], default=(0, None))
    total, linked = _weigh_links(body)
    if best[1] is not None and best[0] >= max(_ENOUGH, (total - linked) // 10):
        return best[1]
    if total == 0 or linked < total * _LINK_SHARE:
        return body
    return _densest(body)


def _is_known(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    for attribute in ("id", "class"):
        value = (element.get(attribute) or "")[:_ATTRIBUTE_LIMIT]
        if value and _KNOWN.search(value):
            return True
    return False


def _weigh_links(body: Any) -> tuple[int, int]:
    """How many 汉字 the body shows, and how many of them are links and menus."""
    total = linked = 0
    for element in body.iter():
        if not isinstance(element.tag, str) or element.tag in ("script", "style"):
            continue
        here = count_han(element.text or "")
        total += here + (count_han(element.tail or "") if element is not body else 0)
        if element.tag == "a":
            linked += count_han(element.text_content())
    return total, linked


def _densest(body: Any) -> Any:
    """The element whose own paragraphs hold the most text, counting half for its parent."""
    scores: dict[Any, float] = {}
    for element in body.iter("p", "br", "div", "td", "span", "section"):
        text = (element.text or "") if element.tag != "br" else (element.tail or "")
        weight = count_han(text)
        if weight < _BLOCK_TEXT:
            continue
        holder = element if element.tag in _CANDIDATES else element.getparent()
        share = 1.0
        for _ in range(4):
            if holder is None:
                break
            if holder.tag in _CANDIDATES:
                scores[holder] = scores.get(holder, 0.0) + weight * share
                share /= 2
            holder = holder.getparent()
    return max(scores, key=lambda one: scores[one], default=body)
