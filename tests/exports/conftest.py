"""A workbook as a spreadsheet program would read it: cells by sheet, from the XML itself."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import pytest
from lxml import etree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@dataclass(frozen=True)
class Workbook:
    """The cells of every sheet, by name of the cell; `formulas` counts what would be computed."""

    sheets: dict[str, dict[str, str]]
    formulas: int
    raw: dict[str, bytes]

    def column(self, sheet: str, letter: str) -> list[str]:
        cells = self.sheets[sheet]
        found = [
            (int(name[len(letter) :]), text)
            for name, text in cells.items()
            if re.fullmatch(rf"{letter}\d+", name)
        ]
        return [text for _, text in sorted(found)]


def read_workbook(data: bytes) -> Workbook:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        raw = {name: package.read(name) for name in package.namelist()}
    strings = ["".join(each.itertext()) for each in etree.fromstring(raw["xl/sharedStrings.xml"])]
    names = [
        each.get("name") for each in etree.fromstring(raw["xl/workbook.xml"]).iter(f"{MAIN}sheet")
    ]
    sheets, formulas = {}, 0
    for order, name in enumerate(names, start=1):
        tree = etree.fromstring(raw[f"xl/worksheets/sheet{order}.xml"])
        formulas += len(list(tree.iter(f"{MAIN}f")))
        sheets[name] = {
            cell.get("r"): strings[int(value)] if cell.get("t") == "s" else value
            for cell in tree.iter(f"{MAIN}c")
            if (value := cell.findtext(f"{MAIN}v")) is not None
        }
    return Workbook(sheets, formulas, raw)


@pytest.fixture(scope="session")
def workbook():
    return read_workbook
