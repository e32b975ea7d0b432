# ruff: noqa: RUF001 — full-width signs are what this module reads
"""Page furniture in plain text (页面杂项): whole lines that no circular ever says."""

from __future__ import annotations

import re
from typing import Final

_EXACT: Final = frozenset(
    [
        "首页",
        ">",
        "»",
        "|",
        "/",
        "当前位置",
        "您的位置",
        "打印",
        "打印本页",
        "关闭",
        "关闭窗口",
        "关闭本页",
        "返回顶部",
        "返回首页",
        "返回",
        "分享",
        "分享到",
        "收藏",
        "字体",
        "大",
        "中",
        "小",
        "上一篇",
        "下一篇",
        "上一条",
        "下一条",
        "相关推荐",
        "相关链接",
        "相关文章",
        "相关附件",
        "附件下载",
        "扫描二维码",
        "关注我们",
        "扫一扫",
        "手机版",
        "无障碍浏览",
        "长者模式",
        "版权所有",
        "网站地图",
        "联系我们",
        "微信",
        "微博",
        "下载本文",
        "核心提示",
        "设为首页",
        "加入收藏",
        "繁体",
        "简体",
        "正文",
        "查看全文",
        "点击下载",
        "我要纠错",
        "打印 关闭",
        "分享：",
        "内容概述",
        "政策解读",
        "图解",
        "下载",
        "保存",
    ]
)
_PATTERNS: Final = re.compile(
    r"(?:"
    r"附件下载[:：]?"  # 附件下载:
    r"|(?:附件下载|相关附件|相关链接|附件)[:：]?.{0,220}\.(?:docx?|xlsx?|pdf|rar|zip|wps|et|ofd|pptx?|jpg|png)"
    r"|扫描?(?:一扫|二维码).{0,30}"  # 扫描二维码 关注我们
    r"|(?:分享到|浏览(?:量|次数)|阅读次数|点击(?:数|率|次数)|访问量)[:：]?.{0,30}"
    r"|(?:上一篇|下一篇|上一条|下一条|相关(?:推荐|链接|文章|新闻|阅读))[:：].{0,100}"
    r"|(?:您|你)?(?:的|现在|当前)?(?:的)?(?:所在)?位置(?:是)?[:：].{0,80}"
    r"|.{0,10}位置(?:是)?[:：].{0,20}首页.{0,120}"  # 您当前所在的位置：首页 > 政务公开
    r"|首页\s?[>»›|｜/].{0,80}"
    r"|(?:责任编辑|编辑|作者|录入|审核|校对)[:：].{0,20}"
    r"|【?(?:返回顶部|关闭窗口|打印本页|打印|关闭|大|中|小|下载)】?(?:\s{0,3}【.{1,8}】){0,4}"
    r"|(?:本文链接|本文关键词|本文地址|原文链接|文章来源|信息来源|来源)[:：].{0,200}"
    r"|(?:放大|缩小)字体.{0,20}|字(?:体|号)[:：].{0,20}"
    r"|.{0,40}(?:版权所有|ICP备|公网安备).{0,120}"
    r"|中国政府网 网站地图.{0,200}"
    r"|[-=_*+]{2,200}"
    r"|[—–-]\s{0,2}\d{1,4}\s{0,2}[—–-]"  # — 1 —, a page number
    r")",
)
_LONGEST: Final = 300
_VALIDITY: Final = re.compile(
    r"(?:【(?:全文|部分)?(?:废止|失效)】|【已(?:废止|失效).{0,100}】|(?:已废止|已失效|现行有效|全文有效))"
)


def furniture_reason(line: str) -> str:
    """Return why a whole line is not part of the circular, or "".

    >>> furniture_reason("扫描二维码 关注我们")
    '页面杂项'
    """
    if len(line) > _LONGEST:
        return ""
    bare = line.strip(" \t\u3000:：【】[]·•|")
    if bare in _EXACT or not bare or _PATTERNS.fullmatch(line):
        return "页面杂项"
    return ""


def abridged_note(line: str) -> bool:
    """Whether a whole line says that the text was cut: （本文有删减）, （略）."""
    return line.strip("（）() ") in {
        "本文有删减",
        "略",
        "附件略",
        "有删减",
        "此件有删减",
        "此文有删减",
        "全文略",
        "图略",
        "表略",
    }


def validity_note(line: str) -> bool:
    """Whether a whole line is a site's note that the document is no longer in force."""
    return len(line) <= _LONGEST and _VALIDITY.fullmatch(line) is not None
