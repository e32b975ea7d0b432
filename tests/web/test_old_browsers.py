"""Styles and scripts ask for nothing that Chromium 110 has not, as intranet browsers are built on it.

What an older browser passes over without harm (`text-wrap: balance`, `field-sizing` where the rows
are told besides) is allowed; what would lose a rule, a script or a control is not.
"""

from __future__ import annotations

import re

import pytest

# The version of Chromium that first had it, beside what it looks like in a source.
NEWER_STYLES = {
    r"color-mix\(": 111,
    r"\b(?:oklch|oklab|lab|lch)\(": 111,
    r"(?m)^\s*&": 112,  # nested rules
    r"\banimation-timeline\b": 115,
    r"\bsubgrid\b": 117,
    r"@starting-style": 117,
    r"@scope\b": 118,
    r":user-(?:in)?valid": 119,
    r"light-dark\(": 123,
    r"\balign-content:\s*\w+;\s*display:\s*block": 123,
    r"\banchor-name\b": 125,
    r"::details-content": 131,
}
NEWER_SCRIPTS = {
    r"\.isWellFormed\(": 111,
    r"startViewTransition": 111,
    r"/[a-z]*v[a-z]*\.test\b": 112,
    r"showPopover|togglePopover": 114,
    r"\b(?:Object|Map)\.groupBy\(": 117,
    r"Promise\.withResolvers": 119,
    r"URL\.canParse": 120,
    r"Array\.fromAsync": 121,
    r"\.(?:symmetricDifference|isSubsetOf|isSupersetOf|isDisjointFrom)\(": 122,
    r"Promise\.try\(": 128,
    r"RegExp\.escape": 136,
}
NEWER_MARKUP = {
    r"\spopover(?:target)?=": 114,
    r"<search[\s>]": 118,
    r"<details[^>]*\sname=": 120,
    r"\sclosedby=": 134,
    r"\scommandfor=": 135,
}


def sources(repository, folder, ending):
    return sorted((repository / "webui" / folder).glob(f"*.{ending}"))


def without_remarks(text):
    return re.sub(r"/\*.*?\*/|^\s*//.*?$|\{#.*?#\}", "", text, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize(
    ("folder", "ending", "newer"),
    [
        ("static", "css", NEWER_STYLES),
        ("static", "js", NEWER_SCRIPTS),
        ("templates", "html", NEWER_MARKUP),
    ],
)
def test_nothing_is_asked_for_that_chromium_110_has_not(repository, folder, ending, newer):
    found = {
        f"{path.name}: {pattern} (Chromium {version})"
        for path in sources(repository, folder, ending)
        for pattern, version in newer.items()
        if re.search(pattern, without_remarks(path.read_text(encoding="utf-8")))
    }
    assert not found


def test_styles_and_scripts_stand_beside_the_page_and_come_from_nowhere_else(repository):
    pages = sources(repository, "templates", "html")
    assert pages
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=\"", text), path.name
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", text), path.name
    for path in (*sources(repository, "static", "css"), *sources(repository, "static", "js")):
        text = without_remarks(path.read_text(encoding="utf-8"))
        assert not re.search(r"@import|@font-face|url\((?!#)", text), path.name
        assert not re.search(r"[\"'](?:https?:)?//[a-z]", text), path.name
