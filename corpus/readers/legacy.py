"""Old office formats (doc, wps, rtf) as raw circulars: LibreOffice converts, the DOCX reader reads.

LibreOffice is optional. It runs in a process group of its own, with a profile and a folder of its
own that are thrown away, without the network's proxies, under limits of time and size.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from corpus.errors import UnreadableFileError
from corpus.model import Remark
from corpus.readers.budgets import BUDGETS
from corpus.readers.child import read_in_child
from corpus.readers.sniffing import Kind

if TYPE_CHECKING:
    from corpus.model import RawCircular

_PROGRAMS: Final = ("soffice", "libreoffice")
_PLACES: Final = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "/opt/libreoffice/program/soffice",
    "/usr/lib/libreoffice/program/soffice",
)
_MEDIA_TYPE: Final = "application/msword"


def find_libreoffice() -> str | None:
    """Return where LibreOffice is, or None; `GONGWEN_LIBREOFFICE` names it, and "" rules it out."""
    told = os.environ.get("GONGWEN_LIBREOFFICE")
    if told is not None:
        return told or None
    for program in _PROGRAMS:
        if found := shutil.which(program):
            return found
    return next((place for place in _PLACES if Path(place).is_file()), None)


def read_legacy(name: str, data: bytes) -> RawCircular:
    """Return the circular in a file of an old office format (旧格式).

    Raises:
        UnreadableFileError: `needs_libreoffice`, `conversion_failed`, `timeout`, or what the DOCX
            reader says about the converted file.
    """
    program = find_libreoffice()
    if program is None:
        raise UnreadableFileError("needs_libreoffice")
    raw = read_in_child(Kind.DOCX, name, _convert(program, data))
    remark = Remark(0, "converted", "旧格式文件，经 LibreOffice 转换后读取，编号和版式请核对")
    return replace(raw, media_type=_MEDIA_TYPE, remarks=(*raw.remarks, remark))


def _convert(program: str, data: bytes) -> bytes:
    """Return the file as DOCX."""
    with tempfile.TemporaryDirectory(prefix="gongwen-") as folder:
        place = Path(folder)
        source = place / "source"  # our own name: theirs is data
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(place / 'profile').as_uri()}",
            "--headless",
            "--norestore",
            "--nolockcheck",
            "--nodefault",
            "--convert-to",
            "docx",
            "--outdir",
            str(place / "converted"),
            str(source),
        ]
        _run(command, place)
        made = place / "converted" / "source.docx"
        if not made.is_file():
            raise UnreadableFileError("conversion_failed")
        if made.stat().st_size > BUDGETS.file_bytes:
            raise UnreadableFileError("too_large", "转换以后")
        return made.read_bytes()


def _run(command: list[str], place: Path) -> None:
    """Run LibreOffice; when its time is over, end it with all it has started."""
    quiet = {
        key: value for key, value in os.environ.items() if not key.lower().endswith("_proxy")
    } | {"HOME": str(place), "TMPDIR": str(place)}
    try:
        process = subprocess.Popen(  # noqa: S603 - our own command; the file's name is not in it
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=place,
            env=quiet,
            start_new_session=True,
        )
    except OSError as error:
        raise UnreadableFileError("needs_libreoffice", error.strerror or "") from error
    try:
        _limit(process.pid)
        process.wait(BUDGETS.conversion_seconds)
    except subprocess.TimeoutExpired as error:
        raise UnreadableFileError("timeout", f"{BUDGETS.conversion_seconds:g} 秒") from error
    finally:
        _end(process)


def _limit(pid: int) -> None:
    """Bound what the conversion may write and compute; only where the system can."""
    if not hasattr(resource, "prlimit"):
        return
    seconds = int(BUDGETS.conversion_seconds) + 5
    try:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (BUDGETS.unpacked_bytes,) * 2)
        resource.prlimit(pid, resource.RLIMIT_CPU, (seconds, seconds))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
    except (ProcessLookupError, PermissionError, ValueError):
        return  # already gone, or under stricter limits


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):  # all of it has ended
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
