# ruff: noqa: PLR2004 — measured lengths stand where they are used
"""Bytes become text here and nowhere else (解码); charset-normalizer lives behind this door.

Labels lie, and a wrong codec drops or garbles text without a word. So the bytes decide: byte-order
mark, strict UTF-8, strict GB18030, and only then what a page says about itself.
"""

from __future__ import annotations

import codecs
import re
from typing import Final, NamedTuple

from charset_normalizer import from_bytes

from corpus.errors import UnreadableFileError
from corpus.model import Remark

_BYTE_ORDER_MARKS: Final = (  # the longer mark first: UTF-32 LE begins like UTF-16 LE
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BIG5_LABELS: Final = frozenset({"big5", "big5-hkscs", "big5hkscs", "cp950", "ms950", "x-x-big5"})
# Characters so frequent in official prose that any page of it is full of them, in both scripts.
_FREQUENT: Final = frozenset(
    "的一在和为是有中国务院人民政府关于工作管理发展市县区各部门单位企业通知意见实施办法规定第条年月日不以上"
    "等对要加强建设服务社会经济机关行政事业公共安全责任国家省會國務發關於為實辦規條設業機應經濟與對產學"
)
_LOSSY_SHARE: Final = 0.001  # damage below this is a remark, above it the codec is wrong
_SAMPLE_CHARACTERS: Final = 20_000
_REPLACEMENT: Final = "\ufffd"
_CONTROL_SHARE: Final = 0.02
# all but \t \n \r \f \v and \x1a to \x1f
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x19]")


class Decoded(NamedTuple):
    """Text with the encoding it was read in and what a reader should know about the decoding."""

    text: str
    encoding: str
    remarks: tuple[Remark, ...] = ()


def decode(data: bytes, label: str | None = None) -> Decoded:
    """Return the text of `data` (解码), losing nothing in silence.

    `label` is the charset a page declares for itself; it is weighed, never obeyed blindly.

    >>> decode("国办发〔2017〕46号".encode("gbk"), "gb2312")[:2]
    ('国办发〔2017〕46号', 'gb18030')

    Raises:
        UnreadableFileError: `undecodable` or `binary`.
    """
    decoded = _decode_marked(data) or _decode_unmarked(data, (label or "").strip().lower())
    if decoded is None:
        raise UnreadableFileError("undecodable")
    return _clean(_doubted(decoded))


def _decode_marked(data: bytes) -> Decoded | None:
    """Read what a byte-order mark promises; a broken promise falls through to guessing."""
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            body = data[len(mark) :]
            return _strictly(body, encoding) or _nearly(body, encoding)
    return None


def _decode_unmarked(data: bytes, label: str) -> Decoded | None:
    """Try the codecs in the order in which a strict success proves most."""
    utf8 = _strictly(data, "utf-8")
    if utf8 is not None and not _looks_utf16(data):
        return _weigh_short(data, utf8)
    wide = _decode_wide(data)
    if wide is not None:
        return wide
    # A UTF-8 file with a torn character may pass strict gb18030 as rubbish, so it is tried first.
    return (
        utf8
        or _nearly(data, "utf-8")
        or _weigh_big5(data, label)
        or _nearly(data, "gb18030")
        or _guess(data)
    )


def _weigh_short(data: bytes, utf8: Decoded) -> Decoded:
    """Undo the accident by which a short GBK text (通知) is well-formed UTF-8 without any 汉字."""
    if utf8.text.isascii() or max(utf8.text) > "\u07ff":
        return utf8
    gb18030 = _strictly(data, "gb18030")
    if gb18030 is not None and _plausibility(gb18030.text) > _plausibility(utf8.text):
        return gb18030
    return utf8


def _strictly(data: bytes, encoding: str) -> Decoded | None:
    errors = "surrogatepass" if encoding.startswith("utf-16") else "strict"
    try:
        return Decoded(data.decode(encoding, errors), encoding)
    except UnicodeDecodeError:
        return None


def _nearly(data: bytes, encoding: str) -> Decoded | None:
    """Read text with a few torn characters, each shown as U+FFFD, or None when there are many."""
    text = data.decode(encoding, "replace")
    torn = text.count(_REPLACEMENT)
    if not text or torn > max(2, len(text) * _LOSSY_SHARE) or torn * 8 > len(text):
        return None
    remark = Remark(0, "decoding_lossy", f"有 {torn} 处字节无法解码，以“{_REPLACEMENT}”代替")
    return Decoded(text, encoding, (remark,))


def _looks_utf16(data: bytes) -> bool:
    """Whether ASCII line ends and digits stand as two bytes each: UTF-16 without its mark."""
    head = data[:4096]
    return len(head) >= 8 and head.count(0) * 10 > len(head)


def _may_be_utf16(data: bytes) -> bool:
    """Whether every second byte is one that begins 汉字 and their marks in UTF-16."""
    head = data[:4096]
    if len(data) % 2 or len(head) < 4:
        return False
    counts = (sum(byte in _WIDE_LEADS for byte in head[start::2]) for start in (0, 1))
    return max(counts) * 2 >= len(head) * _WIDE_SHARE


_WIDE_LEADS: Final = frozenset({*range(0x4E, 0xA0), 0x00, 0x30, 0xFF, 0x20})
_WIDE_SHARE: Final = 0.95


def _decode_wide(data: bytes) -> Decoded | None:
    if len(data) % 2 or not (_looks_utf16(data) or _may_be_utf16(data)):
        return None
    candidates = [_strictly(data, encoding) for encoding in ("utf-16-le", "utf-16-be")]
    found = [one for one in candidates if one is not None and _wide_share(one.text) > 0.1]
    return max(found, key=lambda one: _wide_share(one.text), default=None)


def _wide_share(text: str) -> float:
    """How much of a text read as UTF-16 is ASCII or common 汉字: the wrong half gives neither."""
    sample = text[:_SAMPLE_CHARACTERS]
    plain = sum(" " <= c <= "~" or c in "\n\r\t\u3000" for c in sample)
    wide = "".join(c for c in sample if c > "\x7f")
    return (plain + _common_share(wide, "gb2312", _GB2312_COMMON) * len(wide)) / max(1, len(sample))


def _weigh_big5(data: bytes, label: str) -> Decoded | None:
    """Choose between GB18030 and Big5: Big5 text passes strict GB18030 too, as rubbish."""
    gb18030 = _strictly(data, "gb18030")
    big5 = _strictly(data, "big5hkscs")
    if gb18030 is None or big5 is None:
        return gb18030 or (big5 if big5 and label in _BIG5_LABELS else None)
    mainland = _common_share(gb18030.text, "gb2312", _GB2312_COMMON)
    taiwan = _common_share(big5.text, "big5", _BIG5_COMMON)
    margin = 0.0 if label in _BIG5_LABELS else _BIG5_MARGIN
    return big5 if taiwan > mainland + margin else gb18030


def _doubted(decoded: Decoded) -> Decoded:
    """Say what strictness cannot show: in double-byte codes a lost byte only makes other 汉字."""
    text, encoding, remarks = decoded
    if remarks or not _may_have_slipped(text, encoding):
        return decoded
    message = f"按 {encoding} 读取；这种编码缺了字节也看不出来，请核对文字"
    return Decoded(text, encoding, (Remark(0, "encoding_guessed", message),))


def _may_have_slipped(text: str, encoding: str) -> bool:
    """Whether characters may be put together from the halves of two.

    Big5 finds its way back after one or two of them, so it is never sure. GB18030 stays wrong to
    the end of the run of 汉字, which shows as one rare character upon another: 淾僔膛.
    """
    if encoding == "big5hkscs":
        return True
    if encoding != "gb18030":
        return False
    rare = [found.start() for found in _RARE.finditer(text)]
    return any(
        last - first <= _SLIP_WINDOW
        for first, last in zip(rare, rare[_SLIP_RARE - 1 :], strict=False)
    )


# The lead bytes of the marks and of the 汉字 that each code sorted first, by how often they occur.
_GB2312_COMMON: Final = frozenset({0xA1, 0xA3, *range(0xB0, 0xD8)})
_BIG5_COMMON: Final = frozenset({0xA1, *range(0xA4, 0xC7)})
_BIG5_MARGIN: Final = 0.1
_USUAL: Final = "".join(
    bytes((lead, trail)).decode("gb2312", "ignore")
    for lead in sorted(_GB2312_COMMON)
    for trail in range(0xA1, 0xFF)
)
_RARE: Final = re.compile(f"[^\x00-\x7f\xa0\ufffd\U00010000-\U0010ffff{re.escape(_USUAL)}]")
_SLIP_RARE, _SLIP_WINDOW = 5, 12  # so many rare characters among so many


def _common_share(text: str, codec: str, leads: frozenset[int]) -> float:
    """How many of the characters outside ASCII are common ones of a code, 0…1."""
    total = common = 0
    for character in text[:_SAMPLE_CHARACTERS]:
        if character > "\x7f":
            total += 1
            encoded = character.encode(codec, "ignore")
            common += bool(encoded) and encoded[0] in leads
    return common / total if total else 0.0


def _plausibility(text: str) -> float:
    """How much of the start of `text` are the characters official prose is made of, 0…1."""
    sample = [character for character in text[:_SAMPLE_CHARACTERS] if character > "\x7f"]
    return sum(c in _FREQUENT for c in sample) / len(sample) if sample else 0.0


def _guess(data: bytes) -> Decoded | None:
    """Ask charset-normalizer, which is the last resort and says so in a remark."""
    best = from_bytes(data[:200_000]).best()
    if best is None:
        return None
    encoding = best.encoding
    text = data.decode(encoding, "replace")
    if text.count(_REPLACEMENT) > max(2, len(text) * _LOSSY_SHARE):
        return None
    remark = Remark(0, "encoding_guessed", f"文件没有标明编码，按 {encoding} 读取，请核对")
    return Decoded(text, encoding, (remark,))


def _clean(decoded: Decoded) -> Decoded:
    """Replace what no library or index can hold — NUL, lone surrogates — and say so."""
    text, encoding, remarks = decoded
    if _is_binary(text):
        raise UnreadableFileError("binary")
    text, replaced = replace_unstorable(text)
    if replaced:
        message = f"有 {replaced} 个无法保存的字符（空字符或残缺代理码），以“{_REPLACEMENT}”代替"
        remarks = (*remarks, Remark(0, "unstorable_replaced", message))
    return Decoded(text, encoding, remarks)


def replace_unstorable(text: str) -> tuple[str, int]:
    r"""Return `text` with NUL and lone surrogates as U+FFFD, and how many there were.

    >>> replace_unstorable("公\x00文")
    ('公�文', 1)
    """
    before = text.count(_REPLACEMENT)
    if "\x00" in text:
        text = text.replace("\x00", _REPLACEMENT)
    try:
        text.encode("utf-16-le")
    except UnicodeEncodeError:
        # surrogatepass joins halves that belong together; "replace" marks those that do not.
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text, text.count(_REPLACEMENT) - before


def _is_binary(text: str) -> bool:
    sample = text[:_SAMPLE_CHARACTERS]
    controls = len(_CONTROLS.findall(sample))
    return controls > max(8, len(sample) * _CONTROL_SHARE)
