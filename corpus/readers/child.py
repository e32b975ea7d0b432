"""Binary formats are read in a process that can be killed (读取进程).

Parsers of DOCX, PDF and OFD meet files from strangers. They run in a fresh interpreter with limits
on memory, time, files and the network; the parent keeps the clock, and all that comes back is JSON
of bounded size. One child reads several files, because starting an interpreter costs more than
reading; a child that failed in any way is never used again.
"""

from __future__ import annotations

import atexit
import os
import resource
import signal
import struct
import subprocess
import sys
from pathlib import Path
from threading import Lock, Timer
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from corpus.errors import UnreadableFileError
from corpus.library_codec import from_bytes, to_bytes
from corpus.readers.budgets import BUDGETS, Budgets
from corpus.readers.raw_json import raw_from_json, raw_to_json
from corpus.readers.sniffing import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    from corpus.model import RawCircular

_Answer = TypeVar("_Answer")
_FILES_PER_CHILD: Final = 40
_STARTING_SECONDS: Final = 30.0
_RESULT_LIMIT: Final = 100_000_000
_OPEN_FILES: Final = 64
_FILE_SIZE: Final = 1_000_000
_HEAD: Final = struct.Struct(">IQ")  # length of the question, of the data
_LENGTH: Final = struct.Struct(">Q")
_NO_MEMORY: Final = 77
_READY: Final = b"\x06"
_REFUSED_EVENTS: Final = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
)
_WRITING: Final = frozenset("wax+")


class Child:
    """A process that reads files of one kind or another, one at a time (读取进程)."""

    def __init__(self, budgets: Budgets = BUDGETS) -> None:
        self.owner = os.getpid()
        self.budgets = budgets
        self._late = False
        self._asked = 0
        self._answering = False
        root = str(Path(__file__).resolve().parent.parent.parent)
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        limits = f"{budgets.memory_bytes},{budgets.seconds:g}"
        self._process = subprocess.Popen(  # noqa: S603 - this very module, in our own interpreter
            [sys.executable, "-m", "corpus.readers.child", limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self._within(_STARTING_SECONDS, lambda: self._pipe(self._process.stdout).read(len(_READY)))

    @property
    def usable(self) -> bool:
        """Whether another file may be given to this child."""
        return (
            self._process.poll() is None
            and not self._answering  # left in the middle of an answer, by Ctrl-C say
            and self._asked < _FILES_PER_CHILD
            and self.owner == os.getpid()
        )

    def ask(self, kind: Kind, name: str, data: bytes) -> RawCircular:
        """Return what the child read.

        Raises:
            UnreadableFileError: the reader's own reason, or `timeout`, `out_of_memory`, `internal`.
        """
        self._asked += 1
        self._answering = True
        answer = self._within(self.budgets.wall_seconds, lambda: self._exchange(kind, name, data))
        if answer is None:
            raise self._failure(self.close())
        self._answering = answer.get("code") == "out_of_memory"  # its memory is in pieces
        if "code" in answer:
            raise UnreadableFileError(answer["code"], answer["detail"])
        return raw_from_json(answer)

    def close(self) -> int:
        """End the process and return its exit code."""
        if self._process.poll() is None:
            self._process.kill()
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:
                continue
        return code

    def _exchange(self, kind: Kind, name: str, data: bytes) -> dict[str, Any] | None:
        question = to_bytes([kind.value, name])
        source, sink = self._pipe(self._process.stdout), self._pipe(self._process.stdin)
        try:
            sink.write(_HEAD.pack(len(question), len(data)) + question)
            sink.write(data)
            sink.flush()
        except BrokenPipeError:
            return None
        head = source.read(_LENGTH.size)
        if len(head) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack(head)
        body = source.read(length) if length <= _RESULT_LIMIT else b""
        if not body or len(body) < length:
            return None
        answer: dict[str, Any] = from_bytes(body)
        return answer

    def _within(self, seconds: float, act: Callable[[], _Answer]) -> _Answer:
        """Do `act`, whose reading ends at the latest when the child is killed."""
        timer = Timer(seconds, self._kill_late)
        timer.daemon = True
        timer.start()
        try:
            return act()
        finally:
            timer.cancel()

    def _kill_late(self) -> None:
        self._late = True
        self._process.kill()

    def _failure(self, code: int) -> UnreadableFileError:
        if self._late:
            return UnreadableFileError("timeout", f"{self.budgets.wall_seconds:g} 秒")
        if code == -signal.SIGXCPU:
            return UnreadableFileError("timeout", f"{self.budgets.seconds:g} 秒")
        if code in (-signal.SIGKILL, _NO_MEMORY):
            return UnreadableFileError("out_of_memory")
        return UnreadableFileError("internal", f"读取进程意外退出（{code}）")

    @staticmethod
    def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
        assert pipe is not None  # noqa: S101 - both are opened as pipes above
        return pipe


class _Keeper:
    """Keeps one child ready, starts the next when it is spent."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._child: Child | None = None

    def read(self, kind: Kind, name: str, data: bytes) -> RawCircular:
        with self._lock:
            if self._child is not None and not self._child.usable:
                self._drop()
            if self._child is None:
                self._child = Child()
            return self._child.ask(kind, name, data)

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        child, self._child = self._child, None
        if child is not None and child.owner == os.getpid():
            child.close()


_KEEPER: Final = _Keeper()
atexit.register(_KEEPER.close)


def read_in_child(kind: Kind, name: str, data: bytes) -> RawCircular:
    """Return the raw circular in a file of a binary format, read in another process (读取进程).

    Raises:
        UnreadableFileError: with the reason why it cannot be read.
    """
    return _KEEPER.read(kind, name, data)


def _readers() -> dict[str, Callable[[str, bytes], RawCircular]]:
    from corpus.readers.docx import read_docx
    from corpus.readers.ofd import read_ofd
    from corpus.readers.pdf import read_pdf

    return {Kind.DOCX.value: read_docx, Kind.PDF.value: read_pdf, Kind.OFD.value: read_ofd}


def _answer(reader: Callable[[str, bytes], RawCircular], name: str, data: bytes) -> bytes:
    """Read one file; whatever goes wrong becomes a reason."""
    try:
        answer = to_bytes(raw_to_json(reader(name, data)))
    except UnreadableFileError as error:
        return to_bytes({"code": error.code, "detail": error.detail})
    except (MemoryError, RecursionError) as error:
        code = "out_of_memory" if isinstance(error, MemoryError) else "damaged"
        return to_bytes({"code": code, "detail": ""})
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile bytes
        return to_bytes({"code": "damaged", "detail": type(error).__name__})
    return answer if len(answer) <= _RESULT_LIMIT else to_bytes({"code": "too_long", "detail": ""})


def serve(source: IO[bytes], sink: IO[bytes], seconds: float) -> None:
    """Read the files that come in until there are no more."""
    readers = _readers()
    sink.write(_READY)
    sink.flush()
    while len(head := source.read(_HEAD.size)) == _HEAD.size:
        asked, sized = _HEAD.unpack(head)
        kind, name = from_bytes(source.read(asked))
        data = source.read(sized)
        _allow_processor(seconds)
        body = _answer(readers[kind], name, data)
        sink.write(_LENGTH.pack(len(body)))
        sink.write(body)
        sink.flush()
        del data, body


def _allow_processor(seconds: float) -> None:
    """Let the process use so many more seconds of processor time."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(usage.ru_utime + usage.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    """Keep a reader from the network, from other programs and from writing files."""
    if event.startswith(_REFUSED_EVENTS):
        raise PermissionError(event)
    if event == "open" and len(arguments) > 1:
        mode = arguments[1]
        if isinstance(mode, str) and _WRITING & set(mode):
            raise PermissionError(event)


def _main(limits: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    memory, _, seconds = limits.partition(",")
    source = sys.stdin.buffer
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the frames
    for which, limit in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, _FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(which)[1]
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(which, (bound, bound))
    sys.addaudithook(_refuse)
    try:
        serve(source, answers, float(seconds))
    except BrokenPipeError:
        os._exit(1)  # the parent is gone; nobody waits for an answer
    except MemoryError:  # while the file itself was taken over
        os._exit(_NO_MEMORY)


if __name__ == "__main__":
    _main(sys.argv[1])
