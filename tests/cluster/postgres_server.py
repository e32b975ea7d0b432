"""A real PostgreSQL server of our own (测试用的数据库服务器): loopback, a folder in /tmp, any port."""

from __future__ import annotations

import getpass
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Self

from tests.cluster.caretaker import Caretaker

if TYPE_CHECKING:
    import psycopg

PASSWORD = "甲 @/:%乙"  # whatever an address can spoil
USER = "gongwen"
_BINARIES = Path("/usr/lib/postgresql")
_SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "80",
    "shared_buffers": "64MB",
    "lc_messages": "C",
}


def binary(name: str) -> str:
    """Return the path of one of PostgreSQL's programs; Debian keeps them off the PATH."""
    found = sorted(_BINARIES.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, f"no {name} here: apt install postgresql"
    return path


def unprivileged() -> str | None:
    """Return the user to run the server as, None for ourselves: it refuses root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


class PostgresServer:
    """One server: started, stopped, killed and started again on the same port and data."""

    def __init__(self, *, durable: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gongwen-postgres-", dir="/tmp"))
        self._user = unprivileged()
        self._durable = durable
        self._process: subprocess.Popen | None = None
        self._names = count(1)
        self._caretaker = Caretaker(self.folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        if self._user:
            shutil.chown(self.folder, self._user)
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="utf-8")
        secret.chmod(0o644)
        self._run(
            *(binary("initdb"), "-D", str(self.folder / "data"), "-U", USER, "-A", "scram-sha-256"),
            *("--pwfile", str(secret), "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._caretaker.dismiss()
        shutil.rmtree(self.folder)

    def start(self) -> None:
        """Start the server and wait until it answers."""
        from psycopg import OperationalError

        settings = {**_SETTINGS, "port": str(self.port)}
        if not self._durable:
            settings |= {"fsync": "off", "full_page_writes": "off"}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [binary("postgres"), "-D", str(self.folder / "data"), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, user=self._user, group=self._group(),
                extra_groups=[] if self._user else None, cwd="/", start_new_session=True,
            )  # fmt: skip
        while True:
            assert self._process.poll() is None, (self.folder / "log").read_text("utf-8")
            try:
                self.connect("postgres").close()
            except OperationalError:
                time.sleep(0.05)
            else:
                return

    def stop(self) -> None:
        """Stop it as an administrator does who does not wait for anybody."""
        self._end("fast")

    def kill(self) -> None:
        """Stop it as a power cut does: what it had not written it must recover."""
        if self._process is not None and self._process.poll() is None:
            self._end("immediate")

    def connect(self, database: str) -> psycopg.Connection:
        """Return a connection of the superuser's, every statement its own transaction."""
        import psycopg

        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=database,
            autocommit=True, connect_timeout=5,
        )  # fmt: skip

    def make_database(self, template: str = "template0", encoding: str = "UTF8") -> str:
        """Make a database, empty or a copy of another that nobody is using, and return its name."""
        name = f"library_{os.getpid()}_{next(self._names)}"
        locale = "C" if encoding != "UTF8" else "C.UTF-8"
        how = f"ENCODING '{encoding}' LOCALE '{locale}'" if template == "template0" else ""
        with self.connect("postgres") as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" {how}')
        return name

    def drop_database(self, name: str) -> None:
        """Drop a database whoever still uses it."""
        with self.connect("postgres") as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def address(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the address of a library in a database, as people write it."""
        from sqlalchemy import URL

        url = URL.create("postgresql+psycopg", user, password, "127.0.0.1", self.port, database)
        return url.render_as_string(hide_password=False)

    def _end(self, mode: str) -> None:
        assert self._process is not None
        self._run(binary("pg_ctl"), "-D", str(self.folder / "data"), "-m", mode, "-w", "stop")
        self._process.wait()

    def _run(self, *command: str) -> None:
        done = subprocess.run(
            command, capture_output=True, text=True, user=self._user, group=self._group(),
            extra_groups=[] if self._user else None, cwd="/", check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def _group(self) -> int | None:
        return pwd.getpwnam(self._user or getpass.getuser()).pw_gid if self._user else None
