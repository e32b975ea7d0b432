"""Letters and pages saved as one file (邮件、单文件网页): the text, not what hangs on it.

Of EML and MHTML the body is read. What is attached is left out and named: an attached circular is
a file of its own.
"""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.errors import MessageError
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableFileError
from corpus.model import Remark
from corpus.readers.budgets import BUDGETS
from corpus.readers.decoding import decode, replace_unstorable
from corpus.readers.html import read_html
from corpus.readers.plain import read_plain

if TYPE_CHECKING:
    from email.message import Message

    from corpus.model import RawCircular

MEDIA_TYPE: Final = "message/rfc822"
_BODIES: Final = ("text/html", "text/plain")  # the better one first
_SHOWN: Final = 5
_PARTS_OF_A_PAGE: Final = ("image/", "text/css", "application/javascript", "font/")


def read_mail(name: str, data: bytes) -> RawCircular:
    """Return the circular in the body of a letter or a saved page (邮件、单文件网页).

    Raises:
        UnreadableFileError: `damaged`, `no_text`, `too_long`, `too_many_members`, or what the text
            itself is refused for.
    """
    try:
        parts = _parts(message_from_bytes(data, policy=policy.compat32))
    except (MessageError, RecursionError, ValueError, LookupError) as error:
        raise UnreadableFileError("damaged", type(error).__name__) from error
    body = next((part for kind in _BODIES for part in parts if _is_body(part, kind)), None)
    if body is None:
        raise UnreadableFileError("no_text", "邮件没有正文")
    payload = body.get_payload(decode=True)
    charset = body.get_content_charset()
    decoded = decode(payload if isinstance(payload, bytes) else b"", charset)
    if len(decoded.text) > BUDGETS.characters:
        raise UnreadableFileError("too_long", f"{len(decoded.text) // 10_000} 万字")
    if not decoded.text.strip():
        raise UnreadableFileError("no_text", "邮件没有正文")
    is_page = body.get_content_type() == _BODIES[0]
    raw = read_html(name, decoded) if is_page else read_plain(name, decoded)
    attached = [part for part in parts if not _is_body(part, *_BODIES) and not _is_of_page(part)]
    return replace(raw, media_type=MEDIA_TYPE, remarks=(*raw.remarks, *_remarks(attached)))


def _parts(message: Message) -> list[Message]:
    """The parts of a letter that hold something, those of letters inside it left whole."""
    found: list[Message] = []
    stack = [message]
    while stack:
        part = stack.pop()
        inner = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if isinstance(inner, list):
            stack.extend(one for one in reversed(inner) if not isinstance(one, str))
        else:
            found.append(part)
        if len(found) + len(stack) > BUDGETS.members:
            raise UnreadableFileError("too_many_members")
    return found


def _is_body(part: Message, *kinds: str) -> bool:
    attached = part.get_content_disposition() == "attachment" or part.get_filename()
    return not attached and part.get_content_type() in kinds


def _is_of_page(part: Message) -> bool:
    """Whether a part only serves to show the page: its pictures, its styles."""
    plain = part.get_content_disposition() != "attachment"
    return plain and part.get_content_type().startswith(_PARTS_OF_A_PAGE)


def _remarks(attached: list[Message]) -> tuple[Remark, ...]:
    if not attached:
        return ()
    names = [_name_of(part) for part in attached[:_SHOWN]]
    more = "等" if len(attached) > _SHOWN else ""
    message = (
        f"邮件带有 {len(attached)} 个附件，没有读取：{'、'.join(names)}{more}；"
        "附件若是公文，请另存后加入"
    )
    return (Remark(0, "attachments_skipped", message),)


def _name_of(part: Message) -> str:
    """A readable name of an attachment, however it was encoded."""
    from email.header import decode_header, make_header

    written = part.get_filename() or "未命名"
    try:
        shown = str(make_header(decode_header(written)))
    except (MessageError, LookupError, ValueError):
        shown = written
    return replace_unstorable(" ".join(shown.split()))[0][:80]
