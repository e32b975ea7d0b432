"""Where the code or the issuer of a document number begins in the words before it.

A number in running text follows other words without a mark: 根据国办发〔2017〕46号. What stands
before the code is cut away by cues and by the list of codes seen in the wild, which is open.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

CODE_LENGTH = 16
ISSUER_LENGTH = 24


@cache
def known_codes() -> frozenset[str]:
    """Return the codes (机关代字) seen in the wild; an open list."""
    lines = files("corpus").joinpath("data/number_codes.txt").read_text(encoding="utf-8")
    return frozenset(
        line for line in map(str.strip, lines.splitlines()) if line and not line.startswith("#")
    )


# A code begins after the last of these. None of them stands inside a known code.
_CUES = re.compile(
    "根据|按照|依据|依照|遵照|参照|贯彻|落实|执行|转发|印发|废止|发布|公布|下发|以及"
    "|关于|通知|意见|已被|已经|的|按|和|与|及|或|在"
)
# These may be part of a code further inside (工信部联原), but do not begin one.
_LEADING = re.compile(
    "我省|我市|全省|全市|本省|本市|今年|去年|现将|现行|现|将|原(?=(?:国|发改|工信|财))"
    "|另见|参见|详见|又见|可见|参阅|查阅|引自|出自|摘自|载于|出台|制发|经查|学习|引用|比照|照"
    "|包括|比如|例如|诸如|还有|其中|此外|属于|上述|来源|从事|了|如|即|是|从|等|于|见|以|对|请|因|依|据|为|由|该|附件下载|附件|批复|函(?=[京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇陕甘厦])|文件|文号|字号|号|公告|通告|决定|办法"
)
_REGIONS = "京津沪渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川黔滇陕甘厦"
_LEADS = frozenset(_REGIONS + "国中蒙宁新青藏云贵榕泉漳穗深甬杭")
_SHORT_CODES = frozenset({"法", "建", "教", "商", "农", "林", "水", "环", "质", "银", "证"})
_LONG_RUN = 6  # a code this long that begins with no known sign may be a sentence and a code
_SENTENCE = 3  # so many characters before a known code are a sentence, not part of the code


def code_in(run: str) -> str:
    """Return the code at the end of a run of Han characters, or nothing.

    The longest known code wins over a sentence before it, but a code that begins like one (鲁财税)
    is never cut down to a known one (财税).
    """
    code = run[-CODE_LENGTH:]
    while True:
        shorter = _trim_code(code)
        if shorter == code:
            break
        code = shorter
    if len(code) == 1 and (code != run or code not in _SHORT_CODES):
        return ""
    return code


def _trim_code(code: str) -> str:
    if code in known_codes():
        return code
    cues = list(_CUES.finditer(code))
    if cues:
        return code[cues[-1].end() :]
    leading = _LEADING.match(code)
    if leading:
        return code[leading.end() :]
    if len(code) < _LONG_RUN or code[0] in _LEADS:
        return code
    for start in range(_SENTENCE, len(code) - 1):
        if code[start:] in known_codes() or (
            code[start] in _REGIONS and len(code) - start > 2  # noqa: PLR2004 — 闽政 and longer
        ):
            return code[start:]
    return code


_ISSUER_ENDS = re.compile(
    r"(?:[部局委会署院办厅行台室]|政府|人大|主席|省长|市长|中心|总社|集团|法院|公司)$"
)
_ISSUER_CUES = re.compile(
    "根据|按照|比照|依据|依照|遵照|参照|贯彻|落实|执行|转发|印发|废止|发布|公布|下发|以及|关于"
    "|业经|已经|经由|已被|的|按|(?<=[部局委会署院办府厅行室])[和与及或、]"
)
_ISSUER_LEADING = re.compile(
    "中华人民共和国|人民共和国|共和国|和国|现将|原|经|以|由|据|见|即|和|与|及|或|号|被|自|在|公告|通知"
)
STATE = "中华人民共和国"
_NO_ISSUERS = frozenset({"政府", "人民政府", "本部", "我部", "本局", "我局", "本府", "委员会"})


_SHORT_BODY = re.compile(rf"[{_REGIONS}][\u4e00-\u9fff]{{1,4}}")
# 国令第706号 is how the State Council's own site writes it
SHORT_ISSUERS = {"国": "国务院"}


def issuer_in(run: str, *, short: bool = False) -> str:
    """Return the issuer (发文机关) at the end of a run of Han characters, or nothing.

    With `short`, a body written as a code (厦税公告) will do.
    """
    issuer = run[-ISSUER_LENGTH:]
    while True:
        cues = list(_ISSUER_CUES.finditer(issuer))
        cut = cues[-1] if cues else _ISSUER_LEADING.match(issuer)
        if cut is None:
            break
        issuer = issuer[cut.end() :]
    if short and (issuer in SHORT_ISSUERS or _SHORT_BODY.fullmatch(issuer)):
        return issuer
    if len(issuer) < 2 or issuer in _NO_ISSUERS or not _ISSUER_ENDS.search(issuer):  # noqa: PLR2004
        return ""
    return issuer
