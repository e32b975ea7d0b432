"""I4 odd characters: no batch fails, and a term with invisible ones inside is found every time."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

from corpus.ingest import add_paths
from corpus.library import Library
from corpus.library_records import Source
from corpus.model import RawCircular
from corpus.structure import parse_circular
from indexer.build import update_index
from search.requests import SearchRequest
from search.searcher import Searcher
from tests.torture.outcome import Tally, scratch

SHORT, LONG = 400, 10_000
# Line ends of other systems: what follows one may begin with a marker and be a heading.
LINE_ENDS = "\x0b\x85\u2028\u2029"
INVISIBLE = (
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202e\u2066\ufe00\ufe0f\U000e0100\u180e"
)
ODD = (
    "\x00\x01\x1b\ufffe\uffff\ud800\udfff〇○①⑴㈠㊀⼀﹒．ﬁ㎡№℃ＡｂＣ１２３～－"
    "𠮷𪚥𫝀𬀩𮯰𰀀𱍐\U000323b0👨‍👩‍👧‍👦🇨🇳e\u0301が"
)
# Characters that never stand in the rest of a text, so a term is in one circular alone.
TERM_ALPHABET = [chr(code) for code in range(0x4E00, 0x9FA5, 7)]


def odd_circular(rng: random.Random, serial: int, term: str) -> str:
    def odd() -> str:
        return "".join(rng.choice(ODD) for _ in range(rng.randrange(12)))

    hidden = "".join(character + rng.choice(INVISIBLE) * rng.randrange(3) for character in term)
    return "\n".join((
        f"云港市人民政府办公室关于第{serial}批{odd()}工作的通知", f"云政办发〔2018〕{serial}号", "各区人民政府：",
        f"一、{odd()}加强第{serial}项", f"落实{odd()}{hidden}{odd()}责任。（市公安局牵头，{odd()}市财政局配合）",
        f"（一）{odd()}", f"推进{odd()}{rng.choice(LINE_ENDS)}{odd()}体系。", "云港市人民政府办公室", "2018年3月5日",
    ))  # fmt: skip


def as_file(text: str) -> str:
    """Return what of a text a file can hold: bytes with NUL or half characters are no text."""
    return "".join(
        one for one in text if one == "\n" or (one >= " " and not "\ud800" <= one <= "\udfff")
    )


def store(library: Library, serial: int, text: str) -> tuple[str, str]:
    """Store a text as a reader would hand it over that met such characters: its id, what failed."""
    try:
        circular = parse_circular(RawCircular(f"{serial:06}.txt", text))
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        data = text.encode("utf-8", "surrogatepass")
        stored = library.add(Source(f"{serial:06}.txt", str(serial), digest, data, text), circular)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is the failure looked for
        return "", f"{serial:06}.txt: {error!r}"
    return stored.circular_id, ""


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    tally, rng = Tally(), random.Random(seed)
    terms = {}
    while len(terms) < trials:
        terms["".join(rng.sample(TERM_ALPHABET, 6))] = len(terms) + 1
    with scratch("i4") as folder:
        sources = folder / "sources"
        sources.mkdir()
        results, bad, ids = [], {}, {}
        with Library.open(folder / "library", create=True) as library:
            for term, serial in terms.items():
                text = odd_circular(rng, serial, term)
                if serial % 2:
                    encoding = rng.choice(["utf-8", "utf-16"])
                    (sources / f"{serial:06}.txt").write_bytes(as_file(text).encode(encoding))
                else:
                    ids[serial], failed = store(library, serial, text)
                    bad |= {failed: failed} if failed else {}
            add_paths(library, [sources], on_result=results.append)
            bad |= {
                one.file: f"{one.status} {one.reason} {one.detail}"
                for one in results
                if one.status != "indexed"
            }
            ids |= {int(Path(one.file).stem): one.id for one in results if one.id}
            state = update_index(library)
            print(
                f"{len(results)} files, {len(bad)} not indexed, {len(state.rejected)} records rejected"
            )
            for line in state.rejected[:5]:
                print(line)
            with Searcher(library) as searcher:
                for term, serial in terms.items():
                    found = (
                        []
                        if not bad
                        else [one for name, one in bad.items() if f"{serial:06}.txt" in name]
                    )
                    for line in (term, f'"{term}"', rng.choice(INVISIBLE).join(term)):
                        hits = searcher.search(SearchRequest(q=line)).hits
                        if not hits or hits[0].circular != ids.get(serial):
                            found.append(f"not found by {line!r}: {[hit.id for hit in hits[:2]]}")
                    tally.trial(*(f"{serial}: {one}" for one in found[:2]))
            tally.trial(*state.rejected[:3])
    return tally.result()
