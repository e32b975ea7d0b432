"""What we write for reference managers is read back by the libraries they are built on."""

from __future__ import annotations

import json
from datetime import date

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from corpus.bibliography import BibliographyEntry, enter_circular, to_bibtex, to_csl, to_ris
from corpus.model import Circular, Paragraph, Part, PartKind, Span
from corpus.number import DocumentNumber

ADDRESS = "http://127.0.0.1:8321/d/okyt/p/sec_1__p_2"
CIRCULAR = Circular(
    title="云港市人民政府办公室关于印发《2019年工作要点》的通知",
    number=DocumentNumber("云政办发", 2019, 46),
    issuers=("云港市人民政府办公室", "云港市公安局"),
    date_signed=date(2019, 9, 14),
)
PARAGRAPH = Paragraph(
    "sec_1__p_2", Part(PartKind.BODY), (1,), ("一、加强监管",), 2, "", "第一部分第2段", "",
    "打击 50% 以上的\n假货 & 仿冒_{品}。", Span(0, 20),
)  # fmt: skip
TODAY = date(2026, 11, 21)
WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Z", "Co", "Cn")), min_size=1
)


def entry(**changes) -> BibliographyEntry:
    made = enter_circular(CIRCULAR, PARAGRAPH, name="okyt", permalink=ADDRESS, accessed=TODAY)
    values = {name: getattr(made, name) for name in made.__slots__}
    return BibliographyEntry(**values | changes)


def read_bibtex(text):
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    assert library.failed_blocks == []
    return library.entries


def test_ris_is_read_back_by_rispy():
    (read,) = rispy.loads(to_ris([entry()]))
    assert read["type_of_reference"] == "ELEC"
    assert read["title"] == f"{CIRCULAR.title}：云政办发〔2019〕46号"
    assert read["authors"] == list(CIRCULAR.issuers)
    assert read["year"] == "2019"
    assert read["date"] == "2019/09/14"
    assert read["access_date"] == "2026/11/21"
    assert read["urls"] == [ADDRESS]
    assert read["note"] == "云政办发〔2019〕46号"
    assert read["section"] == "第一部分第2段"
    assert read["abstract"] == "打击 50% 以上的假货 & 仿冒_{品}。"


def test_bibtex_is_read_back_by_bibtexparser():
    (read,) = read_bibtex(to_bibtex([entry()]))
    assert read.entry_type == "misc"
    fields = {name: field.value for name, field in read.fields_dict.items()}
    assert fields["title"].strip("{}") == f"{CIRCULAR.title}：云政办发〔2019〕46号"
    assert [each.strip("{}") for each in fields["author"].split(" and ")] == list(CIRCULAR.issuers)
    assert fields["date"] == "2019-09-14"
    assert fields["urldate"] == "2026-11-21"
    assert fields["url"] == ADDRESS
    assert fields["abstract"] == "打击 50% 以上的假货 & 仿冒_{品}。"
    assert read.key.isascii()


def test_csl_says_legislation_and_keeps_the_number_apart():
    (item,) = json.loads(json.dumps(to_csl([entry()])))
    assert item["type"] == "legislation"
    assert item["title"] == CIRCULAR.title
    assert item["number"] == "云政办发〔2019〕46号"
    assert item["author"] == [{"literal": name} for name in CIRCULAR.issuers]
    assert item["issued"] == {"date-parts": [[2019, 9, 14]]}
    assert item["accessed"] == {"date-parts": [[2026, 11, 21]]}
    assert item["URL"] == ADDRESS
    assert item["note"] == "type: regulation"


def test_what_a_circular_lacks_leaves_no_trace():
    bare = enter_circular(Circular(), None, name="x", permalink=ADDRESS, accessed=TODAY)
    (ris,) = rispy.loads(to_ris([bare]))
    assert ris["title"] == "无题名"
    assert not {"authors", "year", "date", "number", "section", "abstract"} & ris.keys()
    (bibtex,) = read_bibtex(to_bibtex([bare]))
    assert not {"author", "year", "date", "number", "abstract"} & bibtex.fields_dict.keys()
    assert {"author", "issued", "number"} & to_csl([bare])[0].keys() == set()


def test_two_circulars_of_one_number_have_two_keys():
    keys = {
        enter_circular(CIRCULAR, None, name=name, permalink="", accessed=TODAY).key
        for name in ("a", "b")
    }
    assert len(keys) == 2
    assert all(key.startswith("gongwen2019.46.") for key in keys)


@given(title=WORDS, text=WORDS, number=WORDS)
def test_any_words_survive_ris(title, text, number):
    (read,) = rispy.loads(to_ris([entry(title=title, text=text, number=number)]))
    assert read["title"] == f"{title}：{number}"
    assert read["abstract"] == text


@given(title=WORDS, text=WORDS)
def test_no_words_break_the_braces_of_bibtex(title, text):
    (read,) = bibtexparser.parse_string(to_bibtex([entry(title=title, text=text)])).entries
    assert read.fields_dict["urldate"].value == "2026-11-21"
    assert {"title", "abstract", "url"} <= read.fields_dict.keys()


@pytest.mark.parametrize(
    "text",
    [
        "50%",
        "a_b",
        "#1",
        "A&B",
        "{x}y",
        "a~b",
        "\\alpha",
        "$5",
        "2016--2019",
        "a---b",
        "``x''",
        "?`",
        "!`",
    ],
)
def test_every_special_sign_of_tex_comes_back(text):
    (read,) = read_bibtex(to_bibtex([entry(text=text)]))
    assert read.fields_dict["abstract"].value == text


def test_an_open_brace_is_written_wide():
    (read,) = read_bibtex(to_bibtex([entry(text="甲{乙")]))
    assert read.fields_dict["abstract"].value == "甲｛乙"


def test_many_entries_make_one_file():
    entries = [entry(key=f"k{order}") for order in range(3)]
    assert len(rispy.loads(to_ris(entries))) == 3
    assert [each.key for each in read_bibtex(to_bibtex(entries))] == ["k0", "k1", "k2"]
    assert len(to_csl(entries)) == 3
