"""What values of the domain are called, alike on page, in file and in terminal (用语)."""

from __future__ import annotations

from typing import Final

from corpus.model import Relation, Role
from search.query import Sort, Unit

# By shape first, since a colour alone would not say it.
ROLE_MARKS: Final[dict[str, str]] = {
    Role.LEAD: "●",
    Role.SUPPORT: "○",
    Role.JOINT: "△",
    Role.SOLE: "■",
}
RELATION_NAMES: Final = {
    Relation.BASIS: "依据",
    Relation.IMPLEMENTS: "贯彻",
    Relation.WRAPS: "印发",
    Relation.REPEALS: "废止",
    Relation.AMENDS: "修改",
    Relation.CONSULTS: "参照",
    Relation.MENTIONS: "提及",
}
UNIT_NAMES: Final = {Unit.PARAGRAPH: "段", Unit.MEASURE: "条措施"}  # behind a number
UNIT_WORDS: Final = {Unit.PARAGRAPH: "段落", Unit.MEASURE: "措施"}
SORT_WORDS: Final = {Sort.RELEVANCE: "相关度", Sort.DATE: "日期", Sort.DOCUMENT: "文件"}
