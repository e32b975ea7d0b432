"""The errors of `search`: the reader's mistakes, each in Chinese with the way to mend it."""

from __future__ import annotations

from corpus.errors import GongwenError


class SearchError(GongwenError):
    """Something about a question or its answer."""


class QuestionError(SearchError):
    """A question that cannot be asked so; the reader can mend it.

    `field` names the parameter at fault (`q`, `page` …); `position` is the offset in its value.
    """

    field = "q"

    def __init__(self, *, position: int | None = None) -> None:
        super().__init__()
        self.position = position


class LineTooLongError(QuestionError):
    """The typed line is longer than a question may be."""

    def __init__(self, length: int, limit: int, *, quoted: bool) -> None:
        super().__init__(position=limit)
        self.length = length
        self.limit = limit
        self.quoted = quoted

    def __str__(self) -> str:
        if self.quoted:
            return (
                f"引号中的文字共 {self.length} 字，超过上限 {self.limit} 字。请只保留要查找的句子。"
            )
        return (
            f"检索词共 {self.length} 字，超过上限 {self.limit} 字。"
            '请减少检索词；查找整段原文时，请用引号 "…" 括起来。'
        )


class TooManyClausesError(QuestionError):
    """The typed line has more operators, fields and quoted strings than a question may."""

    def __init__(self, count: int, limit: int) -> None:
        super().__init__()
        self.count = count
        self.limit = limit

    def __str__(self) -> str:
        return f"检索条件共 {self.count} 个，超过上限 {self.limit} 个。请减少条件，或分几次检索。"


class LeadingWildcardError(QuestionError):
    """A word begins with a wildcard, or is nothing else."""

    def __init__(self, word: str, *, position: int) -> None:
        super().__init__(position=position)
        self.word = word

    def __str__(self) -> str:
        return f"暂不支持以 * 开头的检索。请改为：{self.word or '侵权'}*"


class YearRangeError(QuestionError):
    """A range of years ends before it begins."""

    def __init__(self, first: int, last: int, *, position: int) -> None:
        super().__init__(position=position)
        self.first = first
        self.last = last

    def __str__(self) -> str:
        return f"开始年份（{self.first}）晚于结束年份（{self.last}），请调换。"


class ParameterError(QuestionError):
    """A parameter has a value it cannot have; `allowed` says which it can."""

    def __init__(self, field: str, value: str, allowed: str) -> None:
        super().__init__()
        self.field = field
        self.value = value
        self.allowed = allowed

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= _SHOWN else self.value[:_SHOWN] + "…"
        return f"参数 {self.field} 不能是“{shown}”。可用：{self.allowed}。"


_SHOWN = 40
