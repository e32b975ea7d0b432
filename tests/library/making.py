"""Circulars made of a few words, and the files they stand in."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from corpus.library_records import Source
from corpus.model import (
    Assignment,
    Circular,
    GroupForm,
    Member,
    Paragraph,
    Part,
    PartKind,
    Reference,
    Relation,
    Role,
    Span,
)
from corpus.number import DocumentNumber


def _paragraphs(texts, groups):
    start, made = 0, []
    for order, text in enumerate(texts, start=1):
        span = Span(start, start + len(text))
        made.append(
            Paragraph(
                id=f"sec_1__p_{order}",
                part=Part(PartKind.BODY),
                path=(1,),
                headings=("一、工作",),
                number=order,
                display=f"一 › ¶{order}",
                cite=f"第一部分第{order}段",
                run_in_heading="",
                text=text,
                span=span,
                groups=groups if order == 1 else (),
            )
        )
        start = span.end + 1
    return tuple(made)


@pytest.fixture
def circular():
    """Make a circular of paragraphs: `circular("甲", "乙", number="云政发〔2017〕1号")`."""

    def make(*texts, title="", number=None, groups=(), cites=None, issuers=(), signed=None):
        references = ()
        if cites is not None:
            span = Span(0, len(texts[0]))
            references = (Reference("", DocumentNumber.parse(cites), Relation.BASIS, span),)
        return Circular(
            title=title,
            number=DocumentNumber.parse(number) if number else None,
            issuers=issuers,
            date_signed=date.fromisoformat(signed) if signed else None,
            region="云港市",
            kind="通知",
            paragraphs=_paragraphs(texts, groups),
            references=references,
        )

    return make


@pytest.fixture
def group():
    """Make a responsibility group of one role."""

    def make(*names, role=Role.JOINT):
        members = tuple(
            Member(
                name, f"市{name}", f"云港市{name}", f"云港市:{name}", name, role, False, Span(0, 1)
            )
            for name in names
        )
        return Assignment("（…负责）", GroupForm.BRACKET, Span(0, 1), Span(0, 1), members)

    return make


@pytest.fixture
def source():
    """Make a source file; its text stands for its bytes."""

    def make(content, place="/文件/甲.txt"):
        data = content.encode("utf-8", "surrogatepass")
        return Source(
            name=place.rsplit("/", 1)[-1],
            place=place,
            sha256=hashlib.sha256(data).hexdigest(),
            data=data,
            text=content,
        )

    return make
