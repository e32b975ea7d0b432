"""jieba and its twin in Rust cut every run alike, so an index does not depend on which is there."""

from __future__ import annotations

import importlib.util
import re
import tempfile
from itertools import accumulate, groupby
from math import isclose, log

import jieba
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jieba import finalseg

from corpus.text import fold_text
from indexer import segmenting
from indexer.analyzer import LONGEST_RUN, SPLIT_WORDS, Analyzer, load_lexicon
from indexer.errors import DictionaryError
from indexer.segmenting import JiebaSegmenter, RustSegmenter, load_segmenter

LEXICON = load_lexicon()
RUN = re.compile(r"[\u4e00-\u9fd5]+")
COMMON = (
    "的和在是市局国公安部门人民政府工作实施方案管理行政处罚知识产权发展速度快登山步道中小企业一二三"
)


@pytest.fixture(scope="module")
def twins():
    return RustSegmenter(LEXICON, SPLIT_WORDS), JiebaSegmenter(LEXICON, SPLIT_WORDS)


def test_every_added_word_has_the_same_frequency(twins):
    rust, plain = twins

    assert [rust.frequency(word) for word in LEXICON] == [plain.frequency(word) for word in LEXICON]


pieces = st.one_of(
    st.sampled_from(sorted(LEXICON)).filter(lambda word: RUN.fullmatch(word) is not None),
    st.text(COMMON, min_size=1, max_size=6),
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FD5),
    st.sampled_from(tuple(SPLIT_WORDS)),
)


NEVER = -3.14e100
_STATES = {(True, True): "S", (True, False): "B", (False, True): "E", (False, False): "M"}


@settings(max_examples=500)
@given(st.lists(pieces, min_size=1, max_size=8).map("".join))
@example("一一一一业一一一")  # as likely by the dictionary
@example("一亢亢亢乏")  # as likely by the model of unknown words
def test_every_run_is_cut_alike_or_as_likely(twins, run):
    """Which of two cuts wins that are as likely as each other is a matter of the last bit."""
    rust, plain = twins
    ours, theirs = rust.cut(run), plain.cut(run)
    if ours != theirs:
        known, known_theirs = rust._jieba.cut(run, hmm=False), plain._jieba.lcut(run, HMM=False)
        assert isclose(likelihood(plain, known), likelihood(plain, known_theirs), rel_tol=1e-12)
        if known == known_theirs:
            guesses = (likelihood_of_guesses(known, cut) for cut in (ours, theirs))
            assert isclose(*guesses, rel_tol=1e-12)


def likelihood(plain, words):
    """Return the logarithm of how likely words are, but for what all cuts of a run share."""
    known, whole = plain._jieba.FREQ, log(plain._jieba.total)
    return sum(log(known.get(word) or 1) - whole for word in words)


def likelihood_of_guesses(known, cut):
    """Return the logarithm of how likely a cut is where the dictionary leaves single characters.

    Each stretch of those is cut anew, as a hidden Markov model of the states begin, middle, end and
    single has it.
    """
    ends = {0, *accumulate(map(len, cut))}
    total, at = 0.0, 0
    for is_single, words in groupby(known, lambda word: len(word) == 1):
        stretch = "".join(words)
        if is_single:
            last = ""
            for place, char in enumerate(stretch, start=at):
                state = _STATES[place in ends, place + 1 in ends]
                arrival = (
                    finalseg.trans_P[last].get(state, NEVER) if last else finalseg.start_P[state]
                )
                total += arrival + finalseg.emit_P[state].get(char, NEVER)
                last = state
        at += len(stretch)
    return total


def test_every_run_of_the_real_circulars_is_cut_alike(twins, shared):
    """Every tenth file; all of them were compared when the segmenter was chosen."""
    rust, plain = twins
    files = sorted(
        path for path in (shared / "corpus").rglob("*") if path.suffix in {".txt", ".md", ".html"}
    )
    seen: set[str] = set()
    for path in files[::10]:
        seen.update(RUN.findall(fold_text(path.read_text("utf-8", errors="replace"))))

    different = [run for run in seen if rust.cut(run[:LONGEST_RUN]) != plain.cut(run[:LONGEST_RUN])]

    assert len(seen) > 5_000
    assert different == []


def test_the_fingerprint_says_which_of_them_cuts(monkeypatch):
    fast = Analyzer({"双随机": 21}, ["的"])
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    slow = Analyzer({"双随机": 21}, ["的"])

    assert isinstance(load_segmenter({}, ()), JiebaSegmenter)
    assert slow.fingerprint != fast.fingerprint
    assert slow.words("双随机、一公开") == fast.words("双随机、一公开")


def test_the_shared_cache_of_jieba_is_neither_read_nor_written(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    JiebaSegmenter({}, []).cut("国务院办公厅关于促进民营经济")

    assert not list(tmp_path.iterdir())
    assert not jieba.dt.initialized


def test_another_dictionary_is_refused(monkeypatch):
    monkeypatch.setattr(segmenting, "DICTIONARY_SHA256", "0" * 64)

    with pytest.raises(DictionaryError, match="校验值不符"):
        JiebaSegmenter({}, [])
