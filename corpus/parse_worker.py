"""Parsing in a process of its own, so that no file can take the library's process with it.

The parent sends a name and bytes, the child answers with JSON; both as frames with their length
before them. The child is a fresh interpreter (`python -m corpus.parse_worker`), not a fork: nothing
is shared, and nothing is pickled. It ends when its input does, so it cannot outlive its parent.
"""

from __future__ import annotations

import os
import resource
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import IO, TYPE_CHECKING, Final

from corpus.library_codec import from_bytes, to_bytes
from corpus.parsing import Outcome, parse_file, rejection
from corpus.priority import give_way

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS_PER_FILE: Final = 60.0  # a conversion and a reading, each with its own limit
_MEMORY: Final = 2 * 1024**3  # bytes of address space for one parsing process
_RESULT_LIMIT: Final = 500_000_000
_HEAD: Final = struct.Struct(">IQ")  # length of the name, of the data
_LENGTH: Final = struct.Struct(">Q")


class ParserProcess:
    """A process that parses one file at a time (解析进程)."""

    def __init__(self) -> None:
        root = str(Path(__file__).resolve().parent.parent)
        paths = [root, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "corpus.parse_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )
        self.deadline = 0.0

    def fileno(self) -> int:
        """Return the descriptor that can be read when an answer is there."""
        return self._output.fileno()

    def send(self, name: str, data: bytes, seconds: float) -> None:
        """Give the process its next file."""
        self.deadline = time.monotonic() + seconds
        encoded = name.encode("utf-8", "surrogatepass")
        try:
            self._input.write(_HEAD.pack(len(encoded), len(data)) + encoded)
            self._input.write(data)
            self._input.flush()
        except BrokenPipeError:
            return  # it is dead: `receive` will say how

    def receive(self) -> Outcome:
        """Return the answer; a process that died instead of answering gives a rejection."""
        head = self._output.read(_LENGTH.size)
        if len(head) == _LENGTH.size:
            (length,) = _LENGTH.unpack(head)
            if length <= _RESULT_LIMIT:
                body = self._output.read(length)
                if len(body) == length:
                    outcome: Outcome = from_bytes(body)
                    return outcome
        code = self.close()
        if code == -signal.SIGKILL:
            return rejection("out_of_memory")
        return rejection("internal", f"解析进程意外退出（{code}）")

    def close(self) -> int:
        """End the process and return its exit code."""
        self._process.kill() if self._process.poll() is None else None
        code = self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:
                continue
        return code

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self._process.poll() is not None

    @property
    def _input(self) -> IO[bytes]:
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        return self._process.stdin

    @property
    def _output(self) -> IO[bytes]:
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
        return self._process.stdout


class ParserPool:
    """A few parsing processes; a job is any number its caller chooses (解析进程池)."""

    def __init__(self, workers: int, seconds: float = SECONDS_PER_FILE) -> None:
        self._idle = [ParserProcess() for _ in range(workers)]
        self._busy: dict[int, ParserProcess] = {}
        self._seconds = seconds

    @property
    def free(self) -> bool:
        """Whether a process waits for work."""
        return bool(self._idle)

    @property
    def working(self) -> bool:
        """Whether an answer is still to come."""
        return bool(self._busy)

    def submit(self, job: int, name: str, data: bytes) -> None:
        """Give a waiting process its next file."""
        process = self._idle.pop()
        if process.ended:
            process.close()
            process = ParserProcess()
        process.send(name, data, self._seconds)
        self._busy[job] = process

    def results(self) -> Iterator[tuple[int, Outcome]]:
        """Wait until at least one answer is there, and yield those that are."""
        with DefaultSelector() as selector:
            for job, process in self._busy.items():
                selector.register(process, EVENT_READ, job)
            first = min(process.deadline for process in self._busy.values())
            ready = [key.data for key, _ in selector.select(max(first - time.monotonic(), 0))]
        late = [
            job
            for job, process in self._busy.items()
            if job not in ready and process.deadline <= time.monotonic()
        ]
        for job in ready:
            process = self._busy.pop(job)
            outcome = process.receive()
            self._idle.append(process)
            yield job, outcome
        for job in late:
            process = self._busy.pop(job)
            process.close()
            self._idle.append(process)
            yield job, rejection("timeout", f"{self._seconds:g} 秒")

    def close(self) -> None:
        """End all processes."""
        for process in (*self._idle, *self._busy.values()):
            process.close()


def serve(source: IO[bytes], sink: IO[bytes]) -> None:
    """Parse the files that come in until there are no more."""
    while len(head := source.read(_HEAD.size)) == _HEAD.size:
        named, sized = _HEAD.unpack(head)
        name = source.read(named).decode("utf-8", "surrogatepass")
        body = to_bytes(parse_file(name, source.read(sized)))
        sink.write(_LENGTH.pack(len(body)))
        sink.write(body)
        sink.flush()


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    give_way()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints must not stand between the frames
    try:
        serve(sys.stdin.buffer, answers)
    except BrokenPipeError:
        os._exit(1)  # the parent is gone, and with it whoever could be told


if __name__ == "__main__":
    _main()
