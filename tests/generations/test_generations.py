"""What is promised of an index under crashes, damage, tampering and change."""

from __future__ import annotations

import errno
import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace

import pytest

from indexer import build, generation, posting_file
from indexer.analyzer import Analyzer
from indexer.build import index_root, update_index
from indexer.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexerError,
    IndexMissingError,
    IndexStaleError,
)
from indexer.fields import schema_fingerprint
from indexer.generation import Fingerprints, Manifest, current, open_current
from indexer.index_lock import hold_lock
from indexer.whoosh_reader import IndexReader
from indexer.whoosh_writer import QUICK, USUAL, Merging, RecordWriter


@pytest.fixture
def update(library, analyzer):
    return lambda **options: update_index(library, analyzer=analyzer, **options)


@pytest.fixture
def find(library, analyzer):
    """Return the ids of the records that hold a pair of characters, by the published index."""

    def find(pair: str, warnings: list[str] | None = None) -> tuple[str, ...]:
        found = published(library, analyzer, warnings)
        reader = IndexReader(found.path)
        ids = reader.ids(reader.postings("grams", pair).docs)
        reader.close()
        return ids

    return find


def published(library, analyzer, warnings=None):
    expected = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
    told = None if warnings is None else warnings.append
    return current(index_root(library), expected=expected, on_warning=told)


def names(library) -> list[str]:
    return sorted(path.name for path in index_root(library).iterdir())


# Building


def test_what_came_in_is_published_before_large_segments_are_merged(library, update, monkeypatch):
    for number in range(12):
        library.put(f"d{number}", "打假专项整治")
        update()
    before = update(merge=False).generation
    monkeypatch.setattr(build, "QUICK", Merging(1))
    for number in range(12):
        library.put(f"e{number}", "打假专项整治")
        assert update(merge=False).generation == before + number + 1
    library.put("f", "打假专项整治")
    last = update()

    assert last.generation == before + 14  # what came in, and the same merged
    assert (last.sequence, last.circulars) == (2 + 25, 2 + 25)
    assert update() == replace(last, changed=0)


@pytest.mark.parametrize(("added", "is_merged"), [(0, False), (1, False), (5, True)])
def test_after_much_has_come_in_the_index_is_merged_far(library, update, added, is_merged):
    for number in range(20):
        library.put(f"d{number}", "打假专项整治")
    update()
    for number in range(5):
        library.put(f"e{number}", "打假专项整治")
        last = update(merge=False)

    agreeing = update(added=added)

    assert agreeing == replace(last, generation=last.generation + is_merged, changed=0)
    assert update(added=added) == agreeing  # there is nothing left to do


def test_what_came_in_stands_where_there_is_no_room_to_merge_it(library, update, monkeypatch):
    for number in range(12):
        library.put(f"e{number}", "打假专项整治")
        last = update(merge=False)
    commit = RecordWriter.commit

    def run_out_of_room(writer, merging=USUAL):
        if merging is not QUICK:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return commit(writer, merging)

    monkeypatch.setattr(RecordWriter, "commit", run_out_of_room)
    state = update(added=12)
    assert state == replace(last, changed=0, unmerged=os.strerror(errno.ENOSPC))
    assert [path.name for path in index_root(library).glob("work*")] == []
    monkeypatch.undo()

    assert update(added=12) == replace(last, changed=0, generation=last.generation + 1)


def test_a_generation_that_is_cleared_away_before_it_is_opened_gives_way_to_the_newest(
    library, analyzer, update
):
    update()
    opened = []

    def open_slowly(generation):
        opened.append(generation.number)
        while len(opened) == 1 and generation.path.exists():  # others publish meanwhile
            library.put(f"n{library.sequence()}", "打假")
            update()
        with closing(IndexReader(generation.path)):
            return generation.number

    expected = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
    newest = open_current(index_root(library), open_slowly, expected=expected)

    assert opened == [1, newest]
    assert newest == published(library, analyzer).number > 1


def test_a_damaged_generation_is_not_opened_again_and_again(library, analyzer, update):
    update()
    opened = []

    def fail(generation):
        opened.append(generation.number)
        raise IndexDamagedError(generation.path, "坏了")

    expected = Fingerprints(schema_fingerprint(), analyzer.fingerprint)
    with pytest.raises(IndexDamagedError):
        open_current(index_root(library), fail, expected=expected)
    assert opened == [1]


def test_an_index_says_what_it_holds(library, update, find):
    state = update()

    assert (state.generation, state.sequence, state.records, state.circulars, state.changed) == (
        1, 2, 4, 2, 2,
    )  # fmt: skip
    assert find("打假") == ("c1/p_2",)


def test_nothing_new_makes_no_new_generation(update):
    first = update()

    assert update() == build.IndexState(1, 2, 4, 2, changed=0)
    assert first.generation == 1


def test_only_changed_circulars_are_read_again(library, update, find):
    update()
    library.asked.clear()
    library.put("c2", "推进信用体系建设")
    library.remove("c1")
    library.put("c3", "打假")

    state = update()

    assert (state.generation, state.records, state.circulars, state.changed) == (2, 2, 2, 3)
    assert sorted(library.asked) == ["c1", "c2", "c3"]
    assert (find("打假"), find("诚信"), find("信用")) == (("c3/p_1",), (), ("c2/p_1",))


def test_a_library_named_by_a_relative_path_is_built_on(
    tmp_path, library, update, find, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    library.folder = library.folder.relative_to(tmp_path)
    update()
    library.put("c3", "关于加强网络交易监管的补充规定")
    update()

    assert find("补充") == ("c3/p_1",)
    assert names(library) == ["CURRENT", "LOCK", "gen-000001", "gen-000002"]


def test_progress_counts_circulars(update):
    told = []

    update(on_progress=lambda done, total: told.append((done, total)))

    assert told == [(1, 2), (2, 2)]


def test_many_small_updates_answer_like_one_rebuild(library, update, find):
    for number in range(12):
        library.put(f"d{number}", f"打假专项整治第{number}批")
        update()
    library.remove("d3")
    update()
    before = set(find("打假"))

    update(rebuild=True)

    assert set(find("打假")) == before
    assert len(before) == 12


def test_segments_do_not_pile_up(library, analyzer, update):
    for number in range(20):
        library.put(f"d{number}", "打假")
        update()

    tables = [name for name in published(library, analyzer).manifest.files if name.endswith(".pst")]

    assert len(tables) <= 8


def test_an_empty_library_has_an_empty_index(tmp_path, library, analyzer):
    empty = type(library)(tmp_path / "empty")

    assert update_index(empty, analyzer=analyzer).records == 0
    assert IndexReader(published(empty, analyzer).path).size == 0


def test_the_last_circular_can_be_removed(library, update, find):
    update()
    library.remove("c1")
    library.remove("c2")

    assert update().records == 0
    assert find("打假") == ()


def test_a_seeded_random_generator_does_not_repeat_segment_ids(library, update, find):
    for circular_id in ("c3", "c4"):
        random.seed(1)
        library.put(circular_id, "打假")
        update()

    assert find("打假") == ("c1/p_2", "c3/p_1", "c4/p_1")


def test_three_generations_are_kept(library, update):
    for number in range(5):
        library.put(f"d{number}", "打假")
        update(merge=False)  # which would publish once more

    assert [name for name in names(library) if name.startswith("gen-")] == [
        "gen-000003", "gen-000004", "gen-000005",
    ]  # fmt: skip


def test_the_folder_is_private(library, update):
    update()

    assert index_root(library).stat().st_mode & 0o777 == 0o700


def test_a_record_no_index_can_keep_is_named_and_the_others_go_in(library, update, find):
    library.put("c\ud800", "打假")

    state = update()

    assert len(state.rejected) == 1
    assert "不能写入索引" in state.rejected[0]
    assert find("打假") == ("c1/p_2",)


# Which index is believed


def test_no_index_is_missing(library, analyzer):
    with pytest.raises(IndexMissingError, match="gongwen index"):
        published(library, analyzer)


def test_another_analyzer_makes_the_index_stale_and_the_next_update_rebuilds(
    library, analyzer, update
):
    update()
    other = Analyzer({"网络交易": 0}, [])

    with pytest.raises(IndexStaleError, match="gongwen index --rebuild"):
        published(library, other)
    assert update_index(library, analyzer=other).changed == 2
    assert published(library, other).number == 2


def test_posting_files_of_another_format_make_the_index_stale_and_the_next_update_rebuilds(
    library, analyzer, update, monkeypatch
):
    update()
    monkeypatch.setattr(generation, "MAGIC", b"GWPOST00")
    monkeypatch.setattr(posting_file, "MAGIC", b"GWPOST00")

    with pytest.raises(IndexStaleError, match=r"索引文件的格式.*gongwen index --rebuild"):
        published(library, analyzer)
    library.put("c", "加强网络交易监管")
    assert update().changed == 3
    assert published(library, analyzer).number == 2


def test_another_field_table_makes_the_index_stale(library, analyzer, update):
    update()

    with pytest.raises(IndexStaleError, match="字段表"):
        current(index_root(library), expected=Fingerprints("other", analyzer.fingerprint))


def test_the_index_of_another_library_is_not_built_on(tmp_path, library, analyzer, update):
    update()
    other = type(library)(tmp_path, name="other")
    other.put("x1", "打假")
    other.put("x2", "打假")

    assert update_index(other, analyzer=analyzer).changed == 2


def test_a_library_behind_its_index_is_read_again(library, update):
    update()
    library.go_back(1)

    assert update().changed == 2


# Damage


def every_file(folder):
    return sorted(path for path in folder.iterdir() if path.stat().st_size)


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    rewrite(path, bytes(data))


def rewrite(path, data):
    """Replace a file as another program would: the old one may be shared with other generations."""
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [flip, lambda path: rewrite(path, path.read_bytes()[:-1]), lambda path: path.unlink()],
    ids=["flipped bit", "truncated", "missing"],
)
def test_damage_in_any_file_falls_back_to_the_generation_before(
    library, analyzer, update, find, damage
):
    update()
    library.put("c3", "打假")
    update()
    newest = index_root(library) / "gen-000002"
    for number, path in enumerate(every_file(newest)):
        kept = path.read_bytes()
        damage(path)
        warnings: list[str] = []

        assert find("打假", warnings) == ("c1/p_2",), path.name
        assert len(warnings) == 1, number
        assert "现使用上一代索引 gen-000001" in warnings[0]
        if path.exists():
            path.unlink()
        path.write_bytes(kept)
    assert find("打假") == ("c1/p_2", "c3/p_1")


def test_the_next_update_replays_what_the_damaged_generation_held(library, update, find):
    update()
    library.put("c3", "打假")
    update()
    flip(every_file(index_root(library) / "gen-000002")[0])

    assert update().changed == 1
    assert find("打假") == ("c1/p_2", "c3/p_1")


def test_with_every_generation_damaged_the_error_names_the_way_out(library, analyzer, update):
    update()
    for path in every_file(index_root(library) / "gen-000001"):
        flip(path)

    with pytest.raises(IndexDamagedError, match=r"文件库未受影响，请运行 gongwen index --rebuild"):
        published(library, analyzer)


def test_a_rebuild_mends_everything(library, update, find):
    update()
    for path in every_file(index_root(library) / "gen-000001"):
        flip(path)

    assert update().changed == 2
    assert find("打假") == ("c1/p_2",)


def test_a_lost_pointer_is_mended_by_the_newest_generation(library, update, find):
    update()
    (index_root(library) / "CURRENT").unlink()

    assert find("打假") == ("c1/p_2",)


def test_a_pointer_full_of_garbage_leads_nowhere_else(library, update, find):
    update()
    (index_root(library) / "CURRENT").write_bytes(b"../../etc\xff")

    assert find("打假") == ("c1/p_2",)


# Tampering: a Whoosh index is code


class Trap:
    def __reduce__(self):
        return (os.mkdir, ("trapped",))


@pytest.mark.parametrize("name", ["_MAIN_1.toc", "_MAIN_99.toc"])
def test_a_foreign_contents_table_is_refused_before_it_runs(
    library, analyzer, update, monkeypatch, name
):
    update()
    monkeypatch.chdir(library.folder)
    rewritten = index_root(library) / "gen-000001" / name
    rewritten.unlink(missing_ok=True)
    rewritten.write_bytes(pickle.dumps(Trap()))

    with pytest.raises(IndexDamagedError):
        published(library, analyzer)
    assert not (library.folder / "trapped").exists()


def test_a_manifest_of_another_format_is_refused(library, analyzer, update):
    update()
    path = index_root(library) / "gen-000001" / "manifest.json"
    facts = json.loads(path.read_bytes())
    path.write_text(json.dumps({**facts, "format": 2}))

    with pytest.raises(IndexDamagedError, match="清单"):
        published(library, analyzer)


def test_a_manifest_reads_back_as_written(library, analyzer, update):
    update()
    manifest = published(library, analyzer).manifest

    assert Manifest.from_bytes(manifest.to_bytes()) == manifest


# Crashes


def test_an_error_in_the_middle_leaves_the_old_generation_and_no_debris(library, update, find):
    update()
    library.put("c3", "打假")

    def fail(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        update(on_progress=fail)
    assert names(library) == ["CURRENT", "LOCK", "gen-000001"]
    assert find("打假") == ("c1/p_2",)
    assert update().generation == 2


def test_what_a_killed_writer_left_is_swept(library, update):
    update()
    root = index_root(library)
    (root / "work-abc").mkdir()
    (root / "work-abc" / "MAIN_x.pst").write_bytes(b"half")
    (root / "gen-000002").mkdir()
    (root / "CURRENT.new").write_text("gen-000002")

    update()

    assert names(library) == ["CURRENT", "LOCK", "gen-000001"]


def test_killed_at_any_moment_the_index_opens_and_the_next_run_starts(library, update, find):
    update()
    library.put("d", "打假")
    started = time.monotonic()
    update()
    usual = time.monotonic() - started
    dice = random.Random(20161118)
    for trial in range(25):
        library.put(f"d{trial}", "打假")
        child = os.fork()
        if not child:
            try:
                update()
            finally:
                os._exit(0)
        time.sleep(dice.uniform(0, 1.2 * usual))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)

        assert "c1/p_2" in find("打假"), f"trial {trial}"
    update()

    assert len(find("打假")) == 27
    assert not [name for name in names(library) if name.startswith("work-")]


# Readers beside the writer


def test_readers_see_whole_generations_while_a_writer_publishes(library, update, find):
    update()
    answers: list[tuple[str, ...]] = []
    finished = threading.Event()

    def read() -> None:
        while not finished.is_set():
            answers.append(find("打假"))

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        for number in range(10):
            library.put(f"d{number}", "打假")
            update()
        finished.set()
        for each in reading:
            each.result()

    whole = ("c1/p_2", *(f"d{number}/p_1" for number in range(10)))
    assert answers
    assert {frozenset(answer) for answer in answers} <= {
        frozenset(whole[: length + 1]) for length in range(len(whole))
    }


def test_a_reader_keeps_its_generation_when_the_files_are_gone(library, analyzer, update):
    update()
    reader = IndexReader(published(library, analyzer).path)
    shutil.rmtree(index_root(library))

    assert reader.ids(reader.postings("grams", "打假").docs) == ("c1/p_2",)
    with pytest.raises(IndexDamagedError, match="无法打开"):
        IndexReader(index_root(library) / "gen-000001")


# One writer


def test_a_second_writer_is_told_who_writes(library, update):
    update()
    library.put("c3", "打假")

    with hold_lock(index_root(library), 0), pytest.raises(IndexBusyError) as caught:
        update(lock_timeout=0.1)

    assert f"进程 {os.getpid()}" in str(caught.value)
    assert update().changed == 1


def test_the_lock_dies_with_its_process(library, update):
    update()
    script = (
        "import sys, time; from pathlib import Path; from indexer.index_lock import hold_lock\n"
        "with hold_lock(Path(sys.argv[1]), 0): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(index_root(library))], stdout=subprocess.PIPE, text=True
    )
    with holder:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(IndexBusyError):
            update(lock_timeout=0)
        holder.kill()

    assert update(lock_timeout=1).generation == 1


@pytest.mark.parametrize(
    "error",
    [
        IndexMissingError("index"),
        IndexDamagedError("gen-000001", "清单不完整或已改动"),
        IndexStaleError("gen-000001", "字段表"),
        IndexBusyError("index", "", 10.0),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_ends_in_what_to_do(error: IndexerError):
    assert str(error).endswith(("。",))
    assert "请" in str(error)
