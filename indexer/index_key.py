"""The key that signs manifests (索引密钥), kept in a file outside the index.

A checksum finds damage; only a key that is not in the folder finds intent. Without one, who may
write the index folder may run code in whoever opens it: then the folder's mode is the only guard.
"""

from __future__ import annotations

import os
from pathlib import Path

from indexer.errors import IndexKeyError

KEY_VARIABLE = "GONGWEN_INDEX_KEY"
SHORTEST_KEY = 32  # bytes
_LONGEST_KEY = 65_536


def read_key() -> bytes | None:
    """Return the key in the file that the environment names; None where it names none.

    The environment, because every process that reads the index must be told: the service, its
    workers, and each verb. Raises `IndexKeyError` where the file is unreadable or too short.
    """
    named = os.environ.get(KEY_VARIABLE)
    if not named:
        return None
    path = Path(named)
    try:
        with path.open("rb") as file:
            key = file.read(_LONGEST_KEY).strip()
    except OSError as error:
        raise IndexKeyError(path, f"无法读取（{error.strerror}）") from error
    if len(key) < SHORTEST_KEY:
        raise IndexKeyError(path, f"不足 {SHORTEST_KEY} 字节")
    return key
