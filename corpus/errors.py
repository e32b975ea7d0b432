"""The errors of `corpus`: each says in Chinese what happened and how to mend it."""

from __future__ import annotations


class GongwenError(Exception):
    """The root of every error gongwen raises on purpose; its text is safe to show to a reader."""


class CorpusError(GongwenError):
    """Something about files, circulars or the library."""


class UnreadableFileError(CorpusError):
    """A file holds no circular that can be read; it goes to quarantine under `code`.

    `code` is one of `corpus.readers.reasons.REASONS`; `detail` adds what is particular to this file.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail

    def __str__(self) -> str:
        from corpus.readers.reasons import REASONS

        message = REASONS[self.code]
        return f"{message}（{self.detail}）" if self.detail else message
