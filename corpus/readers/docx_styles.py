"""Paragraph and character styles of Word (样式), as far as they bear on reading."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from corpus.readers.docx_numbering import is_on

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VALUE: Final = f"{_W}val"
_LONGEST_CHAIN: Final = 20
_OUTLINE_LEVELS: Final = frozenset("012345678")  # 9 is body text
_HEAVY_FACES: Final = ("黑体", "simhei", "heiti")
_CONTENTS_NAMES: Final = ("toc ", "toc", "目录", "table of figures")


class ListPlace(NamedTuple):
    """The list a paragraph belongs to, and its level there from 0."""

    list_id: str
    level: int


class Styles:
    """The styles of one document, looked up along what each is based on (样式)."""

    def __init__(self, styles: Any | None) -> None:
        self._styles: dict[str, Any] = {}
        self._default = ""
        for style in styles.iterchildren(f"{_W}style") if styles is not None else ():
            key = style.get(f"{_W}styleId", "")
            self._styles.setdefault(key, style)
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true"):
                self._default = key

    def list_place(self, paragraph: Any) -> ListPlace | None:
        """Return the list of a paragraph, its own or its style's; None when it is not numbered."""
        own = _child(paragraph, "pPr", "numPr")
        list_id, level = _read_list(own)
        if list_id is None:
            for style in self._chain(self._style_of(paragraph)):
                styled = _child(style, "pPr", "numPr")
                if styled is not None:
                    style_id, style_level = _read_list(styled)
                    list_id = style_id
                    level = style_level if level is None else level
                if list_id is not None:
                    break
        if list_id is None or list_id == "0":
            return None
        return ListPlace(list_id, min(max(level or 0, 0), 8))

    def outline_level(self, paragraph: Any) -> int:
        """Return the level at which a paragraph stands in the outline (大纲级别), 0 in none."""
        properties = [_child(paragraph, "pPr")]
        properties += [_child(one, "pPr") for one in self._chain(self._style_of(paragraph))]
        for each in properties:
            said = _child(each, "outlineLvl")
            if said is not None:
                value = said.get(_VALUE, "")
                return int(value) + 1 if value in _OUTLINE_LEVELS else 0
        return 0

    def is_contents(self, paragraph: Any) -> bool:
        """Whether a paragraph is a line of a table of contents (目录)."""
        style = self._styles.get(self._style_of(paragraph))
        name = _child(style, "name") if style is not None else None
        shown = (name.get(_VALUE) or "").lower() if name is not None else ""
        return shown.startswith(_CONTENTS_NAMES[0]) or shown in _CONTENTS_NAMES

    def is_bold(self, run: Any, paragraph: Any) -> bool:
        """Whether a run stands out: bold, or set in 黑体, as headings of circulars are."""
        own = _child(run, "rPr")
        said = _heavy(own)
        if said is None and own is not None:
            styled = _child(own, "rStyle")
            said = self._heavy_style(styled.get(_VALUE, "")) if styled is not None else None
        if said is None:
            said = self._heavy_style(self._style_of(paragraph))
        return bool(said)

    @staticmethod
    def is_hidden(run: Any) -> bool:
        """Whether a run is formatted as hidden text."""
        return is_on(_child(run, "rPr", "vanish"))

    def _heavy_style(self, key: str) -> bool | None:
        for style in self._chain(key):
            said = _heavy(_child(style, "rPr"))
            if said is not None:
                return said
        return None

    def _style_of(self, paragraph: Any) -> str:
        named = _child(paragraph, "pPr", "pStyle")
        return (named.get(_VALUE) or "") if named is not None else self._default

    def _chain(self, key: str) -> list[Any]:
        found: list[Any] = []
        while key in self._styles and len(found) < _LONGEST_CHAIN:
            found.append(self._styles[key])
            based = _child(found[-1], "basedOn")
            key = (based.get(_VALUE) or "") if based is not None else ""
        return found


def _heavy(properties: Any | None) -> bool | None:
    """What a set of run properties says about weight; None when it says nothing."""
    if properties is None:
        return None
    bold = properties.find(f"{_W}b")
    if bold is not None and is_on(bold):
        return True
    fonts = properties.find(f"{_W}rFonts")
    face = (fonts.get(f"{_W}eastAsia") or "").lower() if fonts is not None else ""
    if face:
        return any(heavy in face for heavy in _HEAVY_FACES)
    return False if bold is not None else None


def _read_list(properties: Any | None) -> tuple[str | None, int | None]:
    if properties is None:
        return None, None
    named, level = properties.find(f"{_W}numId"), properties.find(f"{_W}ilvl")
    said = level.get(_VALUE, "") if level is not None else ""
    return (
        named.get(_VALUE) if named is not None else None,
        int(said) if said.isascii() and said.isdigit() else None,
    )


def _child(element: Any, *names: str) -> Any | None:
    for name in names:
        if element is None:
            return None
        element = element.find(f"{_W}{name}")
    return element
