"""A library on a PostgreSQL server (服务器上的公文库): address, engine, what its errors mean.

Readers see one state of the library for as long as a transaction lasts, as they do in a file.
Writers see what others have committed, and keep out of each other's way by advisory locks.
"""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from corpus.errors import (
    LibraryBusyError,
    LibraryDamagedError,
    LibraryError,
    LibraryFullError,
    LibraryKindError,
    LibraryRefusedError,
    LibraryUnreachableError,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

SCHEME: Final = "postgresql+psycopg"
EXAMPLE: Final = f"{SCHEME}://用户:口令@主机:5432/数据库"
INDEX_VARIABLE: Final = "GONGWEN_INDEX"
_DRIVER: Final = "psycopg"
_PATIENCE: Final = {  # for libpq; what the address itself says comes first
    "application_name": "gongwen",
    "connect_timeout": "10",
    # Whoever lost the network in the middle must not keep the others waiting for long.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    "options": "-c idle_in_transaction_session_timeout=120s -c lock_timeout=60s",
}
# What a server says before it has let anybody in bears no code, only words: English or Chinese.
_SAYS_NOT_NOW: Final = (
    *("starting up", "shutting down", "recovery mode", "not yet accepting", "too many"),
    *("正在启动", "正在关闭", "恢复模式", "太多"),
)
_SAYS_NO_DATABASE: Final = ("database", "数据库")
_SAYS_ABSENT: Final = ("does not exist", "不存在")
_SAYS_FATAL: Final = ("FATAL", "致命错误")
_SAYS_NOT_TRUSTED: Final = ("certificate", "does not support SSL", "证书", "不支持 SSL")
_LOST: Final = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03"})
_IN_THE_WAY: Final = frozenset({"40001", "40P01", "55P03", "53300", "23505"})


def is_address(location: Path | str) -> bool:
    """Tell whether a location is an address (网址), not a folder."""
    return isinstance(location, str) and "://" in location


def read_address(location: str) -> URL:
    """Return the address of a database, read; raises LibraryKindError where it is none of ours."""
    scheme = location.partition("://")[0]
    if scheme != SCHEME:
        ours = scheme in {"postgresql", "postgres"}
        problem = f"请写成 {SCHEME}://…" if ours else "数据库只支持 PostgreSQL"
        raise LibraryKindError(location, problem)
    try:
        address = make_url(location)
    except (ArgumentError, ValueError):
        problem = "口令里的 @ / : % 等字符要写成 %40 %2F %3A %25"
        raise LibraryKindError(location, f"网址读不懂；{problem}") from None
    if not address.database:
        raise LibraryKindError(location, "网址里没有数据库的名称")
    if find_spec(_DRIVER) is None:
        raise LibraryKindError(location, "没有安装连接程序，请运行 pip install 'gongwen[cluster]'")
    return address


def shown_address(address: URL) -> str:
    """Return an address without its password."""
    return address.render_as_string(hide_password=True)


def folder_beside(address: URL, said: str) -> Path:
    """Return the local folder for what is kept beside a library on a server: index, audit, notes.

    It is the one that `said` names, else one of this user's for each server and database.
    """
    if said and not is_address(said):
        return Path(said)
    home = os.environ.get("XDG_DATA_HOME") or str(Path("~/.local/share").expanduser())
    which = f"{address.host}:{address.port}/{address.database}"
    short = hashlib.sha256(which.encode()).hexdigest()[:12]
    return Path(home) / "gongwen" / "servers" / f"{address.database}-{short}"


def make_engine(address: URL) -> Engine:
    """Return an engine on a server; the first connection is made when it is used."""
    query = dict(address.query)
    asked = {name: value for name, value in _PATIENCE.items() if name not in query}
    return create_engine(
        address,
        connect_args=asked,
        pool_pre_ping=True,  # a server may have been started anew since
        isolation_level="READ COMMITTED",
    )


def check_encoding(connection: Connection, location: str) -> None:
    """Raise LibraryKindError where the database could not carry every character."""
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        problem = f"数据库的编码是 {encoding}，请另建一个 UTF-8 编码的数据库"
        raise LibraryKindError(location, problem)


def lock_until_the_end(connection: Connection, *keys: str) -> None:
    """Keep others who name one of these keys waiting until the end of the transaction (建议锁)."""
    numbers = sorted({key_number(key) for key in keys})
    statement = text("SELECT pg_advisory_xact_lock(k) FROM unnest(CAST(:keys AS bigint[])) AS k")
    connection.execute(statement, {"keys": numbers})


def key_number(key: str) -> int:
    """Return the number that the server knows a lock by."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big", signed=True)


def server_error(location: str, error: BaseException) -> LibraryError | None:
    """Return what an error of the driver means; None where it is a mistake of our own."""
    code: str | None = getattr(error, "sqlstate", None)
    said = " ".join(str(error).split())
    if code is None:
        return _without_code(location, error, said)
    if code[:2] == "08" or code in _LOST:
        return LibraryUnreachableError(location, said)
    if code in _IN_THE_WAY:
        return LibraryBusyError(location)
    match code[:2]:
        case "53":
            full = code == "53100"
            return LibraryFullError(location) if full else LibraryError(location, said)
        case "28" | "3D":
            return _refused(location, said)
        case "58" | "XX":
            return LibraryError(location, f"数据库服务器出错（{said}）")
    match code:
        case "42501":
            return LibraryRefusedError(location, f"数据库用户没有所需的权限（{said}）")
        case "25006":
            return LibraryRefusedError(location, "这台服务器只能读（备机），请改写主服务器的地址")
        case "42P01" | "42703":
            return LibraryDamagedError(location, said)
    return None


def _without_code(location: str, error: BaseException, said: str) -> LibraryError | None:
    """Return what an error means that came before the server let us in, or after it was gone."""
    if type(error).__name__ not in {"OperationalError", "ConnectionTimeout", "InterfaceError"}:
        return None
    if getattr(getattr(error, "pgconn", None), "needs_password", False):
        return LibraryRefusedError(location, "服务器要求口令，网址里没有写（也可放在 ~/.pgpass）")
    fatal = any(word in said for word in _SAYS_FATAL)
    if not fatal and any(word in said for word in _SAYS_NOT_TRUSTED):
        problem = f"加密连接没有建立，请核对主机名、sslmode 和 sslrootcert（{said}）"
        return LibraryRefusedError(location, problem)
    if not fatal or any(word in said for word in _SAYS_NOT_NOW):
        return LibraryUnreachableError(location, said)
    return _refused(location, said)


def _refused(location: str, said: str) -> LibraryRefusedError:
    absent = any(word in said for word in _SAYS_ABSENT)
    if absent and any(word in said for word in _SAYS_NO_DATABASE):
        return LibraryRefusedError(
            location, "服务器上没有这个数据库，请先建立（createdb -E UTF8 数据库）"
        )
    return LibraryRefusedError(location, f"用户名或口令不对，或服务器不许从这里连接（{said}）")
