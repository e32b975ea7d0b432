"""ZIP archives (压缩包): each member a file of its own, read by its place, never extracted.

Members inside archives inside the archive count too, against one budget. What is no text at all, a
picture or a film, is passed over with its reason, as attachments are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from corpus.errors import UnreadableFileError
from corpus.readers.budgets import BUDGETS
from corpus.readers.package import Spending, is_folder, member_name, open_package, read_member
from corpus.readers.sniffing import Kind, sniff

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zipfile import ZipInfo

    from corpus.readers.budgets import Budgets

_PASSED_OVER: Final = frozenset({"picture", "media", "binary"})
_ENDING_ALL: Final = frozenset({"zip_bomb", "too_many_members"})
_SYSTEM_FOLDER: Final = "__MACOSX"
_SYSTEM_FILES: Final = frozenset({"thumbs.db", "desktop.ini"})
_NAMELESS: Final = "未命名"


class Member(NamedTuple):
    """One file inside an archive (成员): its bytes, or the reason why there are none.

    `skipped` is a member that is no document; `code` then says what it is.
    """

    name: str
    data: bytes
    code: str = ""
    detail: str = ""
    skipped: bool = False


def is_archive(data: bytes) -> bool:
    """Whether `data` is an archive of files, and not a document that happens to be a ZIP."""
    if not data.startswith(b"PK"):
        return False
    try:
        return sniff(data) is Kind.ARCHIVE
    except UnreadableFileError:
        return False


def read_members(data: bytes, budgets: Budgets = BUDGETS) -> Iterator[Member]:
    """Yield the files in an archive, those in archives inside it too, in the archive's order.

    Raises:
        UnreadableFileError: the archive as a whole cannot be read, or goes beyond its budgets;
            what was yielded before stands.
    """
    yield from _members(data, "", Spending(budgets), 1)


def _members(data: bytes, prefix: str, spending: Spending, depth: int) -> Iterator[Member]:
    taken: set[str] = set()
    with open_package(data, spending) as package:
        for entry in package.infolist():
            name = _shown_name(entry)
            if is_folder(entry) or _is_systems(name):
                continue
            name = _untaken(name, taken)
            taken.add(name)
            try:
                content = read_member(package, entry, spending)
            except UnreadableFileError as error:
                if spending.exhausted:
                    raise
                yield Member(prefix + name, b"", error.code, error.detail)
                continue
            yield from _opened(prefix + name, content, spending, depth)


def _opened(name: str, content: bytes, spending: Spending, depth: int) -> Iterator[Member]:
    """Yield a member, or what is in it when it is an archive itself."""
    try:
        kind = sniff(content)
    except UnreadableFileError as error:
        yield Member(name, content, error.code, error.detail, error.code in _PASSED_OVER)
        return
    if kind is not Kind.ARCHIVE:
        yield Member(name, content)
    elif depth >= spending.budgets.nesting:
        yield Member(name, content, "too_nested")
    else:
        try:
            yield from _members(content, f"{name}/", spending, depth + 1)
        except UnreadableFileError as error:
            if error.code in _ENDING_ALL and spending.exhausted:
                raise
            yield Member(name, content, error.code, error.detail)


def _shown_name(entry: ZipInfo) -> str:
    """A name without the steps that lead out of the archive."""
    steps = [one for one in member_name(entry).split("/") if one not in ("", ".", "..")]
    return "/".join(steps) or _NAMELESS


def _is_systems(name: str) -> bool:
    """Whether a member is an operating system's own: hidden, or beside the files."""
    steps = name.split("/")
    return (
        steps[0] == _SYSTEM_FOLDER
        or any(one.startswith(".") for one in steps)
        or steps[-1].lower() in _SYSTEM_FILES
    )


def _untaken(name: str, taken: set[str]) -> str:
    """A name that no member before had: one archive may hold the same name twice."""
    found, again = name, 2
    while found in taken:
        found = f"{name}~{again}"
        again += 1
    return found
