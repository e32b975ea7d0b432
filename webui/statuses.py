"""Which exit code a failure ends with (退出码): the one table of the command line.

0 done · 1 not found, or some files quarantined · 2 the reader's mistake · 3 unavailable. The page
has its own table of HTTP statuses (`webui.errors.STATUS`); a test holds the two together.
"""

from __future__ import annotations

from enum import IntEnum

from corpus.errors import (
    CollectionNameError,
    GongwenError,
    LibraryError,
    PathMissingError,
    UnreadableFileError,
)
from indexer.errors import IndexerError
from search.errors import QuestionError


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    NOT_FOUND = 1
    USAGE = 2
    UNAVAILABLE = 3


class CommandError(GongwenError):
    """Something a command was asked for and cannot do; `code` is how it ends."""

    code = ExitCode.USAGE

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class MistakenRequestError(CommandError):
    """The command line asks for what no command can do; the reader can mend it."""


class NothingFoundError(CommandError):
    """What the command line names is not there."""

    code = ExitCode.NOT_FOUND


class NotAvailableError(CommandError):
    """The machine cannot do it now: a port is taken, a disk is gone."""

    code = ExitCode.UNAVAILABLE


# Most particular first: the first class that fits decides.
EXIT_CODES: tuple[tuple[type[GongwenError], ExitCode], ...] = (
    (UnreadableFileError, ExitCode.NOT_FOUND),
    (PathMissingError, ExitCode.NOT_FOUND),
    (CollectionNameError, ExitCode.USAGE),
    (QuestionError, ExitCode.USAGE),
    (LibraryError, ExitCode.UNAVAILABLE),
    (IndexerError, ExitCode.UNAVAILABLE),
)


def exit_code_of(error: GongwenError) -> ExitCode:
    """Return the exit code (退出码) an error ends a command with; an unlisted one is 3.

    >>> exit_code_of(PathMissingError("甲"))
    <ExitCode.NOT_FOUND: 1>
    """
    if isinstance(error, CommandError):
        return error.code
    return next(
        (code for kind, code in EXIT_CODES if isinstance(error, kind)), ExitCode.UNAVAILABLE
    )
