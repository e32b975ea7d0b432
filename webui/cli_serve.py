"""`gongwen serve`: the page behind waitress, announced once it can be opened (网页服务)."""

from __future__ import annotations

import errno
import signal
from typing import TYPE_CHECKING, Any

import click

from webui.cli_words import say
from webui.statuses import ExitCode, NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Callable

THREADS = 8


def serve_pages(location: str, host: str, port: int) -> int:
    """Serve the page until Ctrl-C or SIGTERM; the only line on stdout is the address."""
    import waitress

    from webui.app import create_app

    app = create_app(location)
    server = _translated(
        lambda: waitress.create_server(app, host=host, port=port, threads=THREADS, ident="gongwen"),
        host,
        port,
    )
    signal.signal(signal.SIGTERM, _stop)
    click.echo(f"http://{_shown_host(host)}:{_port_of(server, port)}/")
    say("按 Ctrl-C 结束。")
    try:
        server.run()
    except KeyboardInterrupt:  # waitress itself ends quietly; before its loop starts it is ours
        pass
    finally:
        server.close()
    return ExitCode.DONE


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
