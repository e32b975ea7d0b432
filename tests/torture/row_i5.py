"""Hostile names of files, folders, links and archive members: nothing outside is read or written."""

from __future__ import annotations

import io
import json
import os
import random
import stat
import sys
import sysconfig
import traceback
import warnings
import zipfile
from pathlib import Path

from corpus.ingest import add_paths
from corpus.library import Library
from indexer.build import update_index
from tests.torture.adding import circular_text, warm_up
from tests.torture.outcome import Tally, scratch

SHORT = 500  # names, each as a file and as a member of an archive
LONG = 5_000
BATCH = 25
SHORTEST_REPLACED = 8
SECRET = "外面的秘密第九九九项"
PROGRAM = (str(Path(__file__).resolve().parents[2]), sys.prefix, sys.base_prefix)
HARMLESS = ("/dev/null", "/dev/urandom", "/proc/self/", "/proc/cpuinfo", "/sys/", "/dev/shm/sem.")

HOSTILE = (
    "../上面.txt",
    "../../../../../../etc/passwd",
    "..\\..\\上面.txt",
    "/etc/passwd",
    "/dev/zero",
    "/proc/self/environ",
    "//server/share/甲.txt",
    "C:\\Windows\\win.ini",
    "CON",
    "NUL.txt",
    "~/.ssh/id_rsa",
    "$(touch 外面).txt",
    "`touch 外面`.txt",
    "|touch 外面",
    "-rf",
    "--library=外面",
    "file:///etc/passwd",
    "http://gongwen.example/甲.txt",
    "%2e%2e%2f上面.txt",
    "甲\0.txt",
    "甲\n乙.txt",
    "甲\r乙.txt",
    "\x1b[2J甲.txt",
    "\u202etxt.甲",
    "\u2066甲\u2069.txt",
    ".",
    "..",
    "...",
    " ",
    "",
    "甲 .txt ",
    "甲.txt/",
    "/" * 40,
    "a/" * 200 + "深.txt",
    "长" * 1_365,
    "长" * 80 + ".txt",
    "café.txt",
    "cafe\u0301.txt",
    "library.sqlite",
    "index/CURRENT",
    "../library/library.sqlite",
    "../library/index/CURRENT",
    "'; DROP TABLE circulars; --.txt",
    "{{7*7}}.txt",
    "<script>alert(1)</script>.txt",
    "甲.txt:$DATA",
    "__pycache__/甲.txt",
    ".隐藏.txt",
)
ENCODINGS = ("utf-8", "gbk", "big5", "utf-16-le", "latin-1")


def run(trials: int, seed: int, long: bool) -> tuple[int, int]:
    """Add files under hostile names, in folders and archives, while every opening is watched."""
    rng = random.Random(seed)
    tally = Tally()
    with scratch("I5") as folder:
        warm_up(folder / "library")
        secret = folder / "outside" / "秘密.txt"
        secret.parent.mkdir()
        secret.write_text(f"一、{SECRET}。（市公安局负责）\n" * 5, encoding="utf-8")
        for start in range(0, trials, BATCH):
            names = [_name(rng) for _ in range(min(BATCH, trials - start))]
            inbox = folder / f"inbox-{start}"
            inbox.mkdir()
            _write_files(inbox, names, secret, rng, start)
            (inbox / "档.zip").write_bytes(_archive(names, secret, rng, start))
            before = _all_of(folder / "outside")
            problems = _watched(folder / "library", inbox)
            if _all_of(folder / "outside") != before:
                problems.append("something outside was changed")
            for _ in range(2 * len(names) - 1):
                tally.trial()
            tally.trial(*(f"among {names}: {each}" for each in problems))
        with Library.open(folder / "library") as library:
            told = any(
                SECRET in library.get(each).text  # type: ignore[union-attr]
                for each in library.circular_ids()
            )
            tally.trial(*(["the secret was read"] if told else []))
            tally.trial(*(str(each) for each in library.check()))
            print(f"{library.counts().sources} files stored under {trials} hostile names")
    return tally.result()


def _name(rng: random.Random) -> bytes:
    name = rng.choice(HOSTILE)
    if rng.random() < 0.4:
        name = rng.choice(("甲/", "乙/../", "./", "丙\\")) + name
    if rng.random() < 0.3:
        name += rng.choice((".txt", ".html", ".docx", ".zip", "\u200b", ";1"))
    encoded = name.encode(rng.choice(ENCODINGS), "replace")
    if rng.random() < 0.2:
        place = rng.randrange(len(encoded) + 1)
        encoded = encoded[:place] + rng.randbytes(3) + encoded[place:]
    return encoded


def _write_files(
    inbox: Path, names: list[bytes], secret: Path, rng: random.Random, start: int
) -> None:
    """Write as many of the names as the file system takes, and links, a pipe and a loop."""
    for number, name in enumerate(names):
        plain = name.replace(b"\0", b"").replace(b"/", b"_")[-250:] or b"_"
        path = inbox / os.fsdecode(plain)
        if plain in {b".", b".."} or os.path.lexists(path):
            continue
        match rng.randrange(6):
            case 0:
                path.symlink_to(secret)
            case 1:
                path.symlink_to(secret.parent)
            case 2:
                os.mkfifo(path)
            case _:
                text = circular_text(rng, start * 10 + number + 1)
                path.write_text(text, encoding="utf-8")
    (inbox / "环").symlink_to(inbox)
    (inbox / "设备").symlink_to("/dev/zero")


def _archive(names: list[bytes], secret: Path, rng: random.Random, start: int) -> bytes:
    """Return an archive whose members bear these very bytes as names; some are links."""
    made = io.BytesIO()
    given: dict[bytes, bytes] = {}
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        warnings.filterwarnings("ignore", "Duplicate name")
        for number, name in enumerate(names):
            shown = name.decode("latin-1")
            if len(name) >= SHORTEST_REPLACED:  # what no well-meant program writes
                shown = f"name{number:03d}".ljust(len(name), "x")
                given[shown.encode()] = name
            member = zipfile.ZipInfo(shown)
            data = circular_text(rng, 500_000 + start * 10 + number).encode()
            if rng.random() < 0.2:
                member.external_attr = (stat.S_IFLNK | 0o777) << 16
                data = os.fsencode(rng.choice((secret, Path("/etc/passwd"), Path("../上面.txt"))))
            archive.writestr(member, data)
    data = made.getvalue()
    for shown, name in given.items():
        data = data.replace(shown, name)
    return data


def _watched(library: Path, inbox: Path) -> list[str]:
    """Add in a forked child that notes every file it opens outside; return what it noted."""
    read, write = os.pipe()
    child = os.fork()
    if child:
        os.close(write)
        with os.fdopen(read, "rb") as pipe:
            said = pipe.read()
        _, status = os.waitpid(child, 0)
        if not said:
            return [f"the child died: {status}"]
        problems: list[str] = json.loads(said)
        return problems
    inside = (str(library), str(inbox), *PROGRAM, sysconfig.get_paths()["stdlib"], *HARMLESS)
    noted: list[str] = []

    def heard(event: str, arguments: tuple) -> None:
        if event in {"open", "os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink"}:
            path = arguments[0]
            if isinstance(path, int):
                return
            text = os.path.normpath(Path(os.fsdecode(path)).absolute())
            if not text.startswith(inside):
                noted.append(f"{event} {text!r}")
            elif Path(text).is_symlink() and event == "open" and text.startswith(str(inbox)):
                noted.append(f"followed a link {text!r}")

    sys.addaudithook(heard)
    try:
        with Library.open(library) as opened:
            add_paths(opened, [inbox], workers=0)
            update_index(opened)
    except BaseException:  # noqa: BLE001 # the parent must hear of it
        noted.append(traceback.format_exc())
    os.write(write, json.dumps(noted[:20]).encode() or b"[]")
    os._exit(0)


def _all_of(folder: Path) -> list[tuple[str, int]]:
    return sorted((str(path), path.lstat().st_mtime_ns) for path in folder.rglob("*"))
