"""`gongwen serve`: the page behind waitress, announced once it can be opened (网页服务)."""

from __future__ import annotations

import errno
import fcntl
import signal
import socket
import struct
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import click

from corpus.library import Library
from webui.cli_words import say
from webui.statuses import ExitCode, MistakenRequestError, NotAvailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TextIO

    from flask import Flask

    from webui.access import AccessRules, Rights
    from webui.desk_keeping import DeskKeeper
    from webui.http_server import HttpServer
    from webui.index_keeping import IndexKeeper
    from webui.limits import ServeLimits

_SIOCGIFADDR: Final = 0x8915  # Linux
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True)
class ServeOptions:
    """How the service was asked for on the command line (服务选项)."""

    host: str = "127.0.0.1"
    port: int = 8321
    trust: tuple[str, ...] = ()
    proxy_hops: int = 0
    token_file: str = ""
    user_header: str = ""
    group_header: str = ""
    rights_file: str = ""
    log_file: str = ""
    workers: int = 1


def serve_pages(location: str, options: ServeOptions) -> int:
    """Serve the page until Ctrl-C or SIGTERM; the only line on stdout is the address.

    A library that cannot be opened ends the command; an index that is missing or behind is built
    while the page already answers what needs none.
    """
    from webui.health import say_stopping
    from webui.http_server import HttpServer
    from webui.limits import ServeLimits
    from webui.workers import Workers

    limits = ServeLimits()
    rules = _access_rules(options)
    _start_log(options.log_file)
    _look_at(location, guarded=bool(rules))
    app, keeper, desk_keeper = _prepare(location, options, limits, rules)
    server = _translated(
        lambda: HttpServer(app, options.host, options.port, limits, shared=options.workers > 1),
        options.host,
        options.port,
    )
    patience = limits.drain_time
    with server:
        workers = Workers(location, options, server.sockets)

        def drain() -> None:
            say_stopping(app)
            workers.drain()

        server.stop_on_signals(drain)
        try:
            click.echo(f"http://{_shown_host(options.host)}:{server.port}/")
            say("按 Ctrl-C 结束。")
            keeper.start()
            desk_keeper.start()
            workers.start()
            server.run()
        except KeyboardInterrupt:
            say("")  # asked twice
            patience = 0.0
        finally:
            keeper.stop()
            desk_keeper.stop()
            workers.close(patience)
    return ExitCode.DONE


def serve_beside(
    location: str, options: ServeOptions, sockets: Sequence[socket.socket], until: TextIO
) -> None:
    """Serve as one more process of a service, from sockets it has bound, `until` a stream ends."""
    from webui.health import say_stopping
    from webui.http_server import HttpServer
    from webui.limits import ServeLimits

    limits = ServeLimits()
    _start_log(options.log_file)
    # Its own keeper is never started: the first process keeps the index.
    app, _, desk_keeper = _prepare(location, options, limits, _access_rules(options))

    with HttpServer(app, options.host, options.port, limits, sockets=sockets) as server:

        def stop(*_: object) -> None:
            say_stopping(app)
            server.stop()

        def wait_for_end() -> None:
            until.read()
            stop()

        signal.signal(signal.SIGTERM, stop)
        threading.Thread(target=wait_for_end, name="end of input", daemon=True).start()
        desk_keeper.start()
        try:
            server.run()
        finally:
            desk_keeper.stop()


def _prepare(
    location: str, options: ServeOptions, limits: ServeLimits, rules: AccessRules
) -> tuple[Flask, IndexKeeper, DeskKeeper]:
    """Return the application of a process, and who looks after index and desk once started."""
    from webui.desk import NAME
    from webui.desk_keeping import DeskKeeper
    from webui.heaps import limit_heaps
    from webui.index_keeping import IndexKeeper
    from webui.service import make_service

    limit_heaps(limits.heaps)
    keeper = IndexKeeper(location)
    names = names_of(options.host, options.trust)
    app = make_service(location, names, limits, rules, keeper=keeper, proxy_hops=options.proxy_hops)
    return app, keeper, DeskKeeper(app.extensions[NAME])


def _access_rules(options: ServeOptions) -> AccessRules:
    """Return who may come in; raises MistakenRequestError where that could not be held."""
    from webui.access import AccessRules, read_rights, read_tokens

    tokens = read_tokens(options.token_file) if options.token_file else {}
    rights = read_rights(options.rights_file) if options.rights_file else {}
    if (options.group_header or options.rights_file) and not options.user_header:
        message = (
            "--rights-file 和 --group-header 按统一入口给出的用户名认人，请加上 --user-header。"
        )
        raise MistakenRequestError(message)
    if options.user_header and not tokens and options.host not in LOOPBACK:
        message = (
            "只凭请求头认人时，服务只能监听 127.0.0.1，否则任何人都能自己写这个请求头。"
            "请去掉 --host，或加上 --token-file，让统一入口用口令证明自己。"
        )
        raise MistakenRequestError(message)
    known: dict[bytes | str, Rights] = dict(tokens.items())
    known.update(rights.items())
    return AccessRules(frozenset(tokens), options.user_header, options.group_header, known)


def _start_log(path: str) -> None:
    from webui.json_log import start_logging

    try:
        start_logging(path)
    except OSError as error:
        message = f"无法写日志文件 {path}（{error.strerror}）。请检查 --log-file。"
        raise NotAvailableError(message) from error


def _look_at(location: str, *, guarded: bool) -> None:
    """Open the library once, so that what is wrong with it is told before anybody browses."""
    from indexer.build import published_sequence
    from indexer.errors import IndexerError

    with Library.open(location) as library:
        if not guarded and library.collections():
            say("注意：没有设访问控制，各合集的公文人人都能看到。")
        try:
            sequence = published_sequence(library, on_warning=say)
        except IndexerError as error:
            say(f"注意：{error}")
            say("服务会在后台自动建立索引，在此之前不能检索。")
            return
        if sequence != library.sequence():
            say("索引落后于公文库，服务会在后台自动更新。")


def names_of(host: str, trusted: tuple[str, ...]) -> list[str]:
    """Return the host names the page answers to: this machine's own and those given.

    Any other name in a request's Host header is somebody else's page playing us.
    """
    names = ["127.0.0.1", "localhost", "[::1]", *trusted]
    if host not in names:
        names.append(_shown_host(host))
        names.append(socket.gethostname())
        names += own_addresses()
    return list(dict.fromkeys(name for name in names if name))


def own_addresses() -> tuple[str, ...]:
    """Return this machine's IPv4 addresses, asking its kernel and no name server."""
    found: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        for _, name in socket.if_nameindex():
            request = struct.pack("256s", name.encode()[:15])
            with suppress(OSError):
                answer = fcntl.ioctl(asked, _SIOCGIFADDR, request)
                found.append(socket.inet_ntoa(answer[20:24]))
    return tuple(dict.fromkeys(found))


def _translated(create: Callable[[], HttpServer], host: str, port: int) -> HttpServer:
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
