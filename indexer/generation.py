"""Index generations (代): folders that are complete before anyone can see them.

```
index/                 0700: a Whoosh index holds pickles, so whoever may write it may run code
  CURRENT              the name of the published generation, and a checksum of it
  gen-000042/          segment files, table of contents, manifest.json
  LOCK                 held by the one writer (`indexer.index_lock`)
  work-…/              a generation while it is written; swept when the next writer starts
```

This module is the reading side: nothing is opened by Whoosh before size and sha256 of each file
agree with the manifest, and the manifest with the key if there is one (`indexer.index_key`).
`indexer.publishing` is the writing side.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections import OrderedDict
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zlib import crc32

from indexer.analyzer import default_analyzer
from indexer.errors import IndexDamagedError, IndexMissingError, IndexStaleError
from indexer.fields import schema_fingerprint
from indexer.index_key import read_key
from indexer.posting_file import MAGIC, POSTINGS_EXTENSION

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

_T = TypeVar("_T")
FORMAT = 1
POINTER = "CURRENT"
MANIFEST = "manifest.json"
_CHECKSUMS: OrderedDict[tuple[int, int, int, int], str] = OrderedDict()
_MOST_CHECKSUMS = 4_096
_NAME = re.compile(r"gen-([0-9]{6,12})")


class FileFacts(NamedTuple):
    """What the manifest knows of a file."""

    size: int
    sha256: str


class Fingerprints(NamedTuple):
    """What an index was built with: field table, and analyzer with its word lists."""

    schema: str
    analyzer: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a generation says about itself (清单)."""

    fingerprints: Fingerprints
    library: str  # the library's identity
    sequence: int  # the library's sequence number the index agrees with
    records: int
    circulars: int
    files: Mapping[str, FileFacts]
    signature: str = ""  # "" where it was published without a key

    def to_bytes(self, key: bytes | None = None) -> bytes:
        """Return the manifest as JSON with a checksum of itself, signed if there is a key."""
        said = {**self._facts(), "sha256": _digest(self._facts())}
        if key is not None:
            said["signature"] = self._sign(key)
        return json.dumps(said, indent=1, sort_keys=True).encode()

    def signed_with(self, key: bytes) -> bool:
        """Tell whether whoever wrote this had the key (签名)."""
        return hmac.compare_digest(self.signature, self._sign(key))

    def _facts(self) -> dict[str, Any]:
        facts = {"format": FORMAT, **asdict(self)}
        del facts["signature"]
        return facts

    def _sign(self, key: bytes) -> str:
        return hmac.digest(key, _canonical(self._facts()), "sha256").hex()

    @classmethod
    def from_bytes(cls, data: bytes) -> Manifest:
        """Read a manifest; raises ValueError, KeyError or TypeError where it is not a sound one."""
        facts: dict[str, Any] = json.loads(data)
        signature = str(facts.pop("signature", ""))
        if facts.pop("sha256") != _digest(facts):
            raise ValueError("清单的校验值不符")
        if facts.pop("format") != FORMAT:
            raise ValueError("索引格式的版本不同")
        facts["fingerprints"] = Fingerprints(*facts["fingerprints"])
        facts["files"] = {name: FileFacts(*each) for name, each in facts["files"].items()}
        return cls(**facts, signature=signature)


def _digest(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(_canonical(facts)).hexdigest()


def _canonical(facts: Mapping[str, Any]) -> bytes:
    return json.dumps(facts, sort_keys=True).encode()


@dataclass(frozen=True, slots=True)
class Generation:
    """A complete, verified generation."""

    path: Path
    manifest: Manifest

    @property
    def number(self) -> int:
        """The number in the folder's name."""
        return number_of(self.path.name)


def program_fingerprints() -> Fingerprints:
    """Return what this program would build an index with."""
    return Fingerprints(schema_fingerprint(), default_analyzer().fingerprint)


def current(
    root: Path,
    *,
    expected: Fingerprints | None = None,
    on_warning: Callable[[str], None] | None = None,
) -> Generation:
    """Return the published generation, or the newest sound one before it, with a warning.

    Args:
        root: the index folder.
        expected: what it must have been built with; this program's own where not given.
        on_warning: told in Chinese about every generation that had to be passed over.

    Raises:
        IndexMissingError: nothing was ever published here.
        IndexDamagedError: no generation is sound.
        IndexStaleError: it was built with other fields, word lists or code.
    """
    while True:
        names = list(_candidates(root))
        if not names:
            raise IndexMissingError(root)
        problems: list[IndexDamagedError] = []
        for name in names:
            try:
                found = verify(root / name)
            except IndexDamagedError as error:
                problems.append(error)
                continue
            _check_fingerprints(found, expected or program_fingerprints())
            if on_warning is not None:
                for problem in problems:
                    on_warning(f"{problem} 现使用上一代索引 {name}。")
            return found
        # Three publications while we looked would have removed all that we looked at.
        if read_pointer(root) in {None, names[0]}:
            raise problems[0]


def open_current(
    root: Path,
    opener: Callable[[Generation], _T],
    *,
    expected: Fingerprints | None = None,
    on_warning: Callable[[str], None] | None = None,
) -> _T:
    """Open the published generation, or what `current` returns in its place.

    Between the naming of a generation and its opening so many may be published that it is cleared
    away; then the newest is opened. Raises what `current` and `opener` raise.
    """
    while True:
        published = read_pointer(root)
        found = current(root, expected=expected, on_warning=on_warning)
        try:
            return opener(found)
        except (IndexDamagedError, FileNotFoundError):
            if read_pointer(root) == published:
                raise


def _candidates(root: Path) -> Iterator[str]:
    """Yield the names of generations to try: the published one, then those before it."""
    published = read_pointer(root)
    names = sorted(generation_names(root), key=number_of, reverse=True)
    if published is None:
        yield from names
    else:
        yield published
        yield from (name for name in names if number_of(name) < number_of(published))


def is_generation(name: str) -> bool:
    """Tell whether a folder of this name is a generation."""
    return _NAME.fullmatch(name) is not None


def number_of(name: str) -> int:
    """Return the number of a generation by its name."""
    return int(name.removeprefix("gen-"))


def read_pointer(root: Path) -> str | None:
    """Return the name of the published generation; None where the pointer does not say."""
    try:
        text = (root / POINTER).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    name = text.split(" ", 1)[0].removesuffix("\n")
    # To the last byte, since what is left of a torn one may still name a generation; earlier
    # versions wrote no checksum.
    is_whole = text in {pointer_text(name), f"{name}\n"}
    return name if is_whole and is_generation(name) else None


def pointer_text(name: str) -> str:
    """Return what the pointer says to name a generation; no flipped bit names another one.

    >>> pointer_text("gen-000042").split()
    ['gen-000042', 'afa8592c']
    """
    return f"{name} {_pointer_checksum(name)}\n"


def _pointer_checksum(name: str) -> str:
    return f"{crc32(name.encode()):08x}"


def generation_names(root: Path) -> list[str]:
    """Return the names of all generations in an index folder."""
    try:
        return [path.name for path in root.iterdir() if is_generation(path.name)]
    except (FileNotFoundError, NotADirectoryError):
        return []


def verify(folder: Path) -> Generation:
    """Return the generation in a folder, its files compared with its manifest.

    The contents of files are read once per process, as long as nothing touches the files.
    """
    try:
        manifest = Manifest.from_bytes((folder / MANIFEST).read_bytes())
        present = {path.name: path.lstat() for path in folder.iterdir() if path.name != MANIFEST}
    except OSError as error:
        raise IndexDamagedError(folder, f"无法读取（{error.strerror}）") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamagedError(folder, "清单不完整或已改动") from error
    key = read_key()
    if key is not None and not manifest.signed_with(key):
        raise IndexDamagedError(folder, "清单的签名与本机密钥不符")
    # A file too many is as bad as one too few: Whoosh would run what is in a newer contents table.
    if present.keys() != manifest.files.keys():
        odd = ", ".join(sorted(present.keys() ^ manifest.files.keys()))
        raise IndexDamagedError(folder, f"文件缺失或多余：{odd}")
    for name, facts in manifest.files.items():
        status = present[name]
        if status.st_size != facts.size:
            raise IndexDamagedError(folder, f"{name} 的长度不符")
        if _sha256_of(folder / name, status) != facts.sha256:
            raise IndexDamagedError(folder, f"{name} 的校验值不符")
    return Generation(folder, manifest)


def _sha256_of(path: Path, status: os.stat_result) -> str:
    """Return the checksum of a file, read once however many generations share it by hard links."""
    key = (status.st_dev, status.st_ino, status.st_mtime_ns, status.st_size)
    known = _CHECKSUMS.get(key)
    if known is None:
        known = _CHECKSUMS[key] = _read_sha256(path)
        while len(_CHECKSUMS) > _MOST_CHECKSUMS:
            _CHECKSUMS.popitem(last=False)
    return known


def _read_sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise IndexDamagedError(path, f"无法读取（{error.strerror}）") from error


def _check_fingerprints(found: Generation, expected: Fingerprints) -> None:
    has = found.manifest.fingerprints
    if has.schema != expected.schema:
        raise IndexStaleError(found.path, "字段表")
    if has.analyzer != expected.analyzer:
        raise IndexStaleError(found.path, "切词程序或词典")
    for name in found.manifest.files:
        if name.endswith(POSTINGS_EXTENSION):
            with (found.path / name).open("rb") as file:
                if file.read(len(MAGIC)) != MAGIC:
                    raise IndexStaleError(found.path, "索引文件的格式")
