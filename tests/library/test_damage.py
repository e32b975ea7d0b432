"""A database whose pages were damaged: whatever it says then is an error of ours or a finding."""

from __future__ import annotations

import sqlite3

import pytest

from corpus.errors import LibraryDamagedError
from corpus.library import Library


@pytest.fixture
def library(folder_library):
    """A folder: its file is what is damaged."""
    return folder_library


def change(library, statement: str) -> None:
    library.close()
    with sqlite3.connect(library.folder / "library.sqlite") as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(statement)
    connection.close()


def test_text_that_is_no_text_is_called_damage(library, add, circular):
    add(circular("加强监管。", title="甲通知"))
    change(library, "UPDATE revisions SET title = CAST(x'e7ff' AS TEXT)")

    with pytest.raises(LibraryDamagedError, match="UTF-8"), Library.open(library.folder) as opened:
        opened.summary()


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE paragraphs SET payload = substr(payload, 3)", "段落的记录无法读取"),
        ("UPDATE revisions SET parsed = x'7b7d'", "公文的记录无法读取"),
        ("UPDATE paragraphs SET hash = 'ffffffffffff'", "版本的校验码与各段不符"),
        ("UPDATE sources SET text = x'00'", "原文件与校验和不符"),
        ("UPDATE sources SET size = size + 1", "原文件与校验和不符"),
    ],
)
def test_a_value_that_does_not_agree_with_another_is_found(
    library, add, circular, statement, found
):
    add(circular("加强监管。", title="甲通知"))
    change(library, statement)

    with Library.open(library.folder) as opened:
        assert {each.message for each in opened.check()} == {found}
