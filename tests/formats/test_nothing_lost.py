"""Every visible character of a file stands in one place, whatever its format; so do real ones'."""

from __future__ import annotations

import pytest

from corpus.accounting import Fate, account
from corpus.errors import UnreadableFileError
from corpus.readers import read_bytes, read_path
from corpus.readers.legacy import find_libreoffice
from corpus.samples import sample_files
from corpus.structure import parse_circular

CONVERTED = 4  # files of old formats, each of which starts LibreOffice
TEXTS = [path for path in sample_files() if path.suffix == ".txt"]


def wrongly_placed(raw) -> list[str]:
    """What of a file is in nothing, or in two things."""
    shares = account(raw, parse_circular(raw))
    assert "".join(raw.text[one.span.start : one.span.end] for one in shares) == raw.text
    wrong = [one for one in shares if one.fate in {Fate.LOST, Fate.TWICE}]
    return [raw.text[one.span.start : one.span.end][:40] for one in wrong]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.stem)
@pytest.mark.parametrize("kind", ["text", "html", "docx", "pdf", "ofd"])
def test_a_format_loses_nothing_and_says_nothing_twice(make, path, kind):
    source = path.read_text(encoding="utf-8")
    lines = [line.strip() for line in source.splitlines() if line.strip()]
    raw = read_bytes(f"通知.{kind}", getattr(make, kind)(lines))
    assert not wrongly_placed(raw)
    read = sorted("".join(raw.text.split()))
    for dropped in raw.dropped:
        if dropped.reason == "页码":
            for letter in "".join(raw.text[slice(*dropped.span)].split()):
                read.remove(letter)
    assert read == sorted("".join(source.split()))


@pytest.mark.timeout(240)
@pytest.mark.parametrize("ending", [".docx", ".pdf", ".doc"])
def test_nothing_of_a_real_office_file_is_lost(shared, ending):
    files = sorted(one for one in (shared / "corpus" / "office").iterdir() if one.suffix == ending)
    assert files
    if ending == ".doc":
        if find_libreoffice() is None:
            pytest.skip("LibreOffice is not installed on this machine")
        files = files[:: len(files) // CONVERTED]
    for path in files:
        try:
            raw = read_path(path)
        except UnreadableFileError:
            continue
        assert not wrongly_placed(raw), path.name
