"""Files made to hurt: each is refused with its reason at bounded cost, and the parent lives on."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib

import pytest

from corpus.errors import UnreadableFileError
from corpus.parsing import parse_file
from corpus.readers.reasons import REASONS

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
ZEROS = bytes(30_000_000)


def zipped(files, compression=zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", compression) as package:
        for name, data in files:
            package.writestr(name, data)
    return target.getvalue()


def word(body: str | bytes, part: str = "word/document.xml", *, stored: bool = False) -> bytes:
    """A Word package around one hostile part."""
    import docx

    target = io.BytesIO()
    docx.Document().save(target)
    content = body if isinstance(body, bytes) else body.encode()
    with zipfile.ZipFile(target) as package:
        files = {entry.filename: package.read(entry) for entry in package.infolist()}
    files[part] = content
    return zipped(files.items(), zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)


def word_body(inner: str) -> str:
    return f"<w:document {W}><w:body>{inner}</w:body></w:document>"


def ofd(page: str | bytes, entry: str = "") -> bytes:
    root = (
        entry
        or f"<ofd:OFD {OFD}><ofd:DocBody><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>"
    )
    document = (
        f'<ofd:Document {OFD}><ofd:Pages><ofd:Page BaseLoc="P.xml"/></ofd:Pages></ofd:Document>'
    )
    return zipped([("OFD.xml", root), ("D.xml", document), ("P.xml", page)])


def pdf(*objects: bytes, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """A PDF of numbered objects with a sound table of references."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return bytes(out + b"trailer <</Size %d %s>>\nstartxref\n%d\n%%%%EOF" % (size, trailer, table))


def pdf_page(
    content: bytes, filters: bytes = b"/FlateDecode", *extra: bytes, resources=b""
) -> bytes:
    return pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<"
        + resources
        + b">>>>",
        b"<</Length %d/Filter %s>>stream\n" % (len(content), filters) + content + b"\nendstream",
        *extra,
    )


def lying_zip() -> bytes:
    """A member that says it holds 1,000 bytes and inflates to 300 million."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = b"".join(packed.compress(ZEROS) for _ in range(10)) + packed.flush()
    name = "通知.txt".encode()
    local = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, 0x800, 8, 0, 0, 0, len(body), 1000, len(name), 0
    )
    head = struct.pack(
        "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0x800, 8, 0, 0, 0, len(body), 1000, len(name), 0, 0, 0, 0, 0, 0
    )  # fmt: skip
    start = len(local) + len(name) + len(body)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 1, 1, len(head) + len(name), start, 0)
    return local + name + body + head + name + end


def overlapping_zip() -> bytes:
    """Five hundred members that are all the same few bytes of the file."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(900_000)) + body.flush()
    local = struct.pack(
        "<4s5H3L2H",
        b"PK\x03\x04",
        20,
        0,
        8,
        0,
        0,
        zlib.crc32(bytes(900_000)),
        len(packed),
        900_000,
        1,
        0,
    )
    directory = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, zlib.crc32(bytes(900_000)),
                    len(packed), 900_000, 1, 0, 0, 0, 0, 0, 0) + b"a"
        for _ in range(500)
    )  # fmt: skip
    start = len(local) + 1 + len(packed)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 500, 500, len(directory), start, 0)
    return local + b"a" + packed + directory + end


def many_members(count: int) -> bytes:
    return zipped([(f"{n}.txt", b"x") for n in range(count)], zipfile.ZIP_STORED)


def laughs() -> str:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE x [<!ENTITY a0 "哈哈">{lines}]><w:document {W}><w:body><w:p><w:r><w:t>&a9;</w:t></w:r></w:p></w:body></w:document>'


def forms(width: int, depth: int) -> bytes:
    """Forms that draw the next form many times over: width to the power of depth."""
    inner = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>/Length %d>>stream\n"
        % (6 + level, 5 * width)
        + b"/F Do"[:5] * width
        + b"\nendstream"
        for level in range(depth)
    ]
    last = b"<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Length 1>>stream\nq\nendstream"
    return pdf_page(
        zlib.compress(b"/F Do"), b"/FlateDecode", *inner, last, resources=b"/XObject<</F 5 0 R>>"
    )


def deep(tag: str, depth: int, inner: str) -> str:
    return f"<{tag}>" * depth + inner + f"</{tag}>" * depth


PARAGRAPH = "<w:p><w:r><w:t>请落实责任。</w:t></w:r></w:p>"
BOMBS = {
    "zip of zeros in a Word part": lambda: word(ZEROS),
    "zip of zeros beside the Word parts": lambda: word(b"<x>" + ZEROS + b"</x>", "word/extra.xml"),
    "Word part of a hundred million letters": lambda: word(word_body("<w:p><w:r><w:t>" + "a" * 45_000_000)),
    "Word with a million empty paragraphs": lambda: word(word_body("<w:p/>" * 1_000_000)),
    "Word with five million runs": lambda: word(word_body("<w:p>" + "<w:r/>" * 5_000_000 + "</w:p>")),
    "Word with a million empty paragraphs, not packed": lambda: word(word_body("<w:p/>" * 1_000_000), stored=True),
    "Word with six million runs, not packed": lambda: word(word_body("<w:p>" + "<w:r/>" * 6_000_000 + "</w:p>"), stored=True),
    "Word with too long a word, not packed": lambda: word(word_body(f"<w:p><w:r><w:t>{'字' * 6_000_000}</w:t></w:r></w:p>"), stored=True),
    "Word with six million letters, not packed": lambda: word(word_body(f"<w:p><w:r><w:t>{'字' * 3_000_000}</w:t></w:r><w:r><w:t>{'字' * 3_000_000}</w:t></w:r></w:p>"), stored=True),
    "Word with deep tables": lambda: word(word_body(deep("w:tbl><w:tr><w:tc", 400, PARAGRAPH).replace("</w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"))),
    "Word with deep controls": lambda: word(word_body(deep("w:sdt", 100_000, PARAGRAPH))),
    "Word with laughs": lambda: word(laughs()),
    "Word with laughs in its styles": lambda: word(laughs(), "word/styles.xml"),
    "Word with laughs in UTF-16": lambda: word(laughs().encode("utf-16")),
    "Word with an outer entity": lambda: word(
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>{word_body(PARAGRAPH)}'
    ),
    "Word without its types": lambda: zipped([("word/document.xml", word_body(PARAGRAPH))]),
    "Word with torn XML": lambda: word(word_body(PARAGRAPH)[:-9]),
    "Word with too long a word": lambda: word(word_body(f"<w:p><w:r><w:t>{'字' * 6_000_000}</w:t></w:r></w:p>")),
    "Word with nothing to read": lambda: word(word_body("")),
    "Word cut in half": lambda: word(word_body(PARAGRAPH))[:9_000],
    "OFD of zeros": lambda: ofd(ZEROS),
    "OFD with laughs": lambda: ofd(laughs()),
    "OFD that is deep": lambda: ofd(deep("a", 100_000, "字")),
    "OFD with a billion steps": lambda: ofd(
        f'<ofd:Page {OFD}><ofd:Content><ofd:TextObject><ofd:TextCode DeltaX="g 1000000000 1"/></ofd:TextObject></ofd:Content></ofd:Page>'
    ),
    "OFD pointing at itself": lambda: ofd("<a/>", f"<ofd:OFD {OFD}><ofd:DocRoot>OFD.xml</ofd:DocRoot></ofd:OFD>"),
    "OFD pointing out": lambda: ofd("<a/>", f"<ofd:OFD {OFD}><ofd:DocRoot>../../etc/passwd</ofd:DocRoot></ofd:OFD>"),
    "OFD with no pages": lambda: ofd("<a/>", f"<ofd:OFD {OFD}/>"),
    "PDF of zeros": lambda: pdf_page(zlib.compress(bytes(300_000_000), 9)),
    "PDF of zeros packed twice": lambda: pdf_page(
        zlib.compress(zlib.compress(bytes(200_000_000), 9), 9), b"[/FlateDecode/FlateDecode]"
    ),
    "PDF of twelve million q": lambda: pdf_page(zlib.compress(b"q " * 6_000_000, 9)),
    "PDF that draws forms within forms": lambda: forms(10, 8),
    "PDF whose pages hold each other": lambda: pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 9999999>>"
    ),
    "PDF with a table that lies": lambda: b"%PDF-1.7\nxref\n0 99999999999\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "PDF with a table that points at itself": lambda: b"%PDF-1.7\nxref\n0 0\ntrailer<</Prev 9/Root 1 0 R>>\nstartxref\n9\n%%EOF",
    "PDF of brackets": lambda: pdf_page(zlib.compress(b"[" * 1_900_000)),
    "PDF with an unknown lock": lambda: pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", trailer=b"/Root 1 0 R/Encrypt<</Filter/Standard/V 9/R 9/O(x)/U(x)/P 0>>/ID[(a)(b)]"
    ),
    "PDF header and nothing else": lambda: b"%PDF-1.7\n" + b"\x00" * 1000,
    "PDF without pages": lambda: pdf(b"<</Type/Catalog>>"),
    "archive that says it is small": lying_zip,
    "archive of archives": lambda: zipped([("a.zip", zipped([("b.zip", zipped([("c.txt", b"x")]))]))]),
    "too many members": lambda: many_members(2_001),
    "too many members declared": lambda: zipped([("a.txt", b"x")])[:-22]
    + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65_000, 65_000, 50, 35, 0),
    "archive whose directory is missing": lambda: zipped([("a.txt", b"x")])[:-30],
    "archive that overlaps itself": overlapping_zip,
    "old format with nothing in it": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
    "page with deep tags": ("<html><body>" + "<div>" * 100_000 + "正文").encode,
    "page with two hundred thousand attributes": ("<html><p " + "a=1 " * 200_000 + ">正文").encode,
}  # fmt: skip


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_is_refused_with_a_reason(bomb):
    outcome = parse_file(f"{bomb}.bin", BOMBS[bomb]())
    assert outcome.get("code") in REASONS, outcome.keys()
    assert outcome["code"] != "internal"


def test_there_are_bombs_enough():
    assert len(BOMBS) >= 40


def test_the_parent_stays_small_whatever_the_child_met():
    import resource

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for bomb in ("PDF of zeros packed twice", "Word with five million runs"):
        parse_file("bomb.bin", BOMBS[bomb]())
    # Making the second bomb takes some 100 MB of its own here.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 700_000


SEED = 20_240_115
LINES = [
    "云港市人民政府办公厅关于做好防汛工作的通知", "云政办发〔2024〕9号", "各县（市、区）人民政府：",
    "一、加强领导", "压实责任，做好值守。（市应急局牵头，市水利局配合）", "2024年5月6日",
]  # fmt: skip


def mutated(data: bytes, random_: random.Random) -> bytes:
    """Flip, cut out, double or blank a few stretches."""
    changed = bytearray(data)
    for _ in range(random_.randint(1, 6)):
        at = random_.randrange(len(changed))
        span = random_.randint(1, 40)
        match random_.randrange(5):
            case 0:
                changed[at] ^= 1 << random_.randrange(8)
            case 1:
                del changed[at : at + span]
            case 2:
                changed[at:at] = changed[at : at + span]
            case 3:
                changed[at : at + span] = random_.randbytes(span)
            case _:
                changed[at:] = b"" if random_.random() < 0.2 else changed[at:]
        if not changed:
            return b"x"
    return bytes(changed)


@pytest.mark.parametrize("kind", ["docx", "ofd", "pdf", "zip"])
def test_mutated_files_are_read_or_refused_and_nothing_else(make, kind):
    random_ = random.Random(f"{SEED} {kind}")
    whole = (
        make.zip({"通知.docx": make.docx(LINES)}) if kind == "zip" else getattr(make, kind)(LINES)
    )
    refused = 0
    for _ in range(75):
        outcome = parse_file(f"通知.{kind}", mutated(whole, random_))
        assert "circular" in outcome or outcome["code"] in REASONS
        assert outcome.get("code") != "internal", outcome
        refused += "code" in outcome
    assert refused


def repacked(make, kind: str, random_: random.Random) -> bytes:
    """A sound package around one mutated part: damage that no checksum catches."""
    with zipfile.ZipFile(io.BytesIO(getattr(make, kind)(LINES))) as package:
        files = {entry.filename: package.read(entry) for entry in package.infolist()}
    part = random_.choice(sorted(name for name in files if name.endswith((".xml", ".rels"))))
    files[part] = mutated(files[part], random_)
    return make.zip(files)


@pytest.mark.parametrize("kind", ["docx", "ofd"])
def test_packages_with_mutated_parts_are_read_or_refused(make, kind):
    random_ = random.Random(f"{SEED} part {kind}")
    for _ in range(60):
        outcome = parse_file(f"通知.{kind}", repacked(make, kind, random_))
        assert "circular" in outcome or outcome["code"] in REASONS
        assert outcome.get("code") != "internal", outcome


HERE = (
    "PDF of zeros",
    "PDF of twelve million q",
    "PDF of brackets",
    "PDF whose pages hold each other",
    "OFD with laughs",
)


@pytest.mark.parametrize("bomb", HERE)
def test_the_readers_themselves_know_their_limits(bomb):
    # Without the child around them: their own budgets hold, not only the process's limits.
    from corpus.readers.ofd import read_ofd
    from corpus.readers.pdf import read_pdf

    with pytest.raises(UnreadableFileError):
        (read_pdf if bomb.startswith("PDF") else read_ofd)(bomb, BOMBS[bomb]())
