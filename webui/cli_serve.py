"""`gongwen serve`: the page behind waitress, announced once it can be opened (网页服务)."""

from __future__ import annotations

import errno
import signal
import socket
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from corpus.library import Library
from webui.cli_words import say
from webui.statuses import ExitCode, NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8


def serve_pages(location: str, host: str, port: int, trusted: tuple[str, ...] = ()) -> int:
    """Serve the page until Ctrl-C or SIGTERM; the only line on stdout is the address.

    A library that cannot be opened ends the command; a missing index is told and left to the page,
    which recovers as soon as the index is there.
    """
    import waitress

    from webui.app import create_app

    _look_at(location)
    app = create_app(location, config={"TRUSTED_HOSTS": names_of(host, trusted)})
    server = _translated(
        lambda: waitress.create_server(app, host=host, port=port, threads=THREADS, ident="gongwen"),
        host,
        port,
    )
    signal.signal(signal.SIGTERM, _stop)
    try:
        click.echo(f"http://{_shown_host(host)}:{_port_of(server, port)}/")
        say("按 Ctrl-C 结束。")
        server.run()  # ends quietly by itself
    except KeyboardInterrupt:
        say("")  # before its loop has started the signal is ours
    finally:
        server.close()
    return ExitCode.DONE


def _look_at(location: str) -> None:
    """Open the library once, so that what is wrong with it is told before anybody browses."""
    from indexer.build import index_root
    from indexer.errors import IndexerError
    from indexer.generation import current

    with Library.open(location) as library:
        try:
            current(index_root(library), on_warning=say)
        except IndexerError as error:
            say(f"注意：{error}")


def names_of(host: str, trusted: tuple[str, ...]) -> list[str]:
    """Return the host names the page answers to: this machine's own and those given.

    Any other name in a request's Host header is somebody else's page playing us.
    """
    names = ["127.0.0.1", "localhost", "[::1]", *trusted]
    if host not in names:
        names.append(_shown_host(host))
        machine = socket.gethostname()
        names.append(machine)
        with suppress(OSError):
            names += sorted({str(each[4][0]) for each in socket.getaddrinfo(machine, None)})
    return list(dict.fromkeys(name for name in names if name))


def _stop(_number: int, _frame: object) -> None:
    """End as Ctrl-C does, so that requests under way are answered."""
    raise KeyboardInterrupt


def _translated(create: Callable[[], Any], host: str, port: int) -> Any:
    try:
        return create()
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            message = f"端口 {port} 已被占用。请换一个端口，例如 gongwen serve --port {port + 1}。"
        elif error.errno in {errno.EACCES, errno.EPERM}:
            message = f"没有权限使用端口 {port}。请换 1024 以上的端口，例如 --port 8321。"
        else:
            message = (
                f"无法在 {host} 的端口 {port} 上监听：{error.strerror or error}。请检查 --host。"
            )
        raise NotAvailableError(message) from error
    except ValueError as error:
        message = f"地址 {host} 无法使用。请检查 --host，例如 127.0.0.1。"
        raise NotAvailableError(message) from error


def _shown_host(host: str) -> str:
    """The host as a browser on this machine can open it."""
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host


def _port_of(server: Any, port: int) -> int:
    """The port really taken; 0 asks for any."""
    return int(getattr(server, "effective_port", port))
