"""The one door to waitress (网页服务器): limits on connections, and an end that cuts no answer."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import suppress
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Self

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask

from webui.security import HEADERS, PAGE_POLICY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flask import Flask
    from waitress.parser import HTTPRequestParser

    from webui.limits import ServeLimits

LOOK_EVERY = 0.25  # seconds between looks at what has gone on too long
# Seconds a process that shares its sockets leaves the next connection to others, for each that it
# has, and at most: who is quicker at the door would else have all the readers, and others none.
YIELD, LONGEST_YIELD = 0.001, 0.002
LINGER = 2.0  # seconds what still comes in is read and forgotten after a refusal
GRACE = 0.5  # seconds an idle connection is kept after the service was told to stop
REFUSALS = {
    400: "请求的写法有误",
    408: "请求没有按时发完",
    413: "提交的内容太大",
    431: "请求头太长",
    500: "出错了",
    501: "不支持这种传输方式",
}


class _TimedOut:
    """What is wrong with a request that did not arrive in time."""

    code, reason = 408, "Request Timeout"


class _Refusal(ErrorTask):  # type: ignore[misc]
    """The answer to what is no request: short, in Chinese, with the headers of every answer."""

    def execute(self) -> None:
        """Write the answer and end the connection."""
        self.channel.refused = True
        error = self.request.error
        body = f"{error.code} {REFUSALS.get(error.code, REFUSALS[400])}。\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers = [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Security-Policy", PAGE_POLICY),
            *HEADERS.items(),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class _Answer(WSGITask):  # type: ignore[misc]
    """An answer of the app; the last one on its connection when the service is stopping."""

    def build_response_header(self) -> bytes:
        if self.channel.server.stopping:
            self.set_close_on_finish()
        header: bytes = super().build_response_header()
        return header


class _Connection(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when the request that is arriving has been arriving."""

    task_class = _Answer
    error_task_class = _Refusal
    request: HTTPRequestParser | None
    begun = 0.0
    refused = False
    lingers_until = 0.0

    def received(self, data: bytes) -> bool:
        before = self.request
        taken: bool = super().received(data)
        if self.request is not before:
            self.begun = time.time()
        return taken

    def send_continue(self) -> None:
        """Ask for the body, unless it is already known to be too large, or there is none."""
        if self.request is not None and (self.request.error or self.request.completed):
            self.request.expect_continue = False
        else:
            super().send_continue()

    def readable(self) -> bool:
        return bool(self.lingers_until or super().readable())

    def writable(self) -> bool:
        return bool(self.will_close if self.lingers_until else super().writable())

    def handle_read(self) -> None:
        if self.lingers_until:
            self.recv(self.adj.recv_bytes)  # closes at the end
        else:
            super().handle_read()

    def handle_close(self) -> None:
        """Close; after a refusal only when the other side has stopped sending.

        Closing with bytes unread resets the connection, and the refusal would be lost.
        """
        if self.refused and not self.lingers_until:
            self.lingers_until = time.time() + LINGER
            self.will_close = False
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_WR)
                return
        super().handle_close()

    def refuse_late(self) -> None:
        """Answer 408 in place of a request that has been arriving for too long."""
        with self.requests_lock:
            request, self.request = self.request, None
            if request is None:
                return
            request.error = _TimedOut
            self.requests.append(request)
            if len(self.requests) == 1:
                self.server.add_task(self)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is arriving, being worked on or going out."""
        return not (self.requests or self.request or self.total_outbufs_len)


class _Listener(TcpWSGIServer):  # type: ignore[misc]
    """A listening socket whose connections may not last for ever."""

    channel_class = _Connection
    stopping = False
    request_time = 0.0
    is_shared = False  # with other processes
    accepts_from = 0.0

    def readable(self) -> bool:
        """Tell whether a connection would be taken in now."""
        return time.monotonic() >= self.accepts_from and bool(super().readable())

    def handle_accept(self) -> None:
        """Take a connection in; where others may do so as well, they have the next."""
        before = len(self.active_channels)
        super().handle_accept()
        mine = len(self.active_channels)
        if self.is_shared and not self.stopping and mine > before:  # not where others were quicker
            self.accepts_from = time.monotonic() + min(YIELD * mine, LONGEST_YIELD)

    def maintenance(self, now: float) -> None:
        """End what has gone on too long: arriving, idle, or an answer nobody reads."""
        for connection in tuple(self.active_channels.values()):
            if connection.lingers_until:
                connection.will_close = connection.lingers_until < now
            elif connection.request and connection.begun < now - self.request_time:
                connection.refuse_late()
            elif connection.last_activity < now - self.adj.channel_timeout and (
                connection.total_outbufs_len or not connection.requests
            ):
                connection.will_close = True

    def stop_listening(self) -> None:
        """Take in who already stands at the door, then close it."""
        self.stopping = True
        known = -1
        while known != len(self.active_channels):
            known = len(self.active_channels)
            self.handle_accept()
        wasyncore.dispatcher.close(self)


class HttpServer:
    """The service on one address (网页服务器): serves until stopped, then drains.

    With `sockets` it takes connections from those, which another process has bound to the address;
    `shared` says that others take connections from its own. Raises OSError or ValueError where the
    address cannot be had.
    """

    def __init__(
        self,
        app: Flask,
        host: str,
        port: int,
        limits: ServeLimits,
        *,
        sockets: Sequence[socket.socket] = (),
        shared: bool = False,
    ) -> None:
        self._limits = limits
        self._map: dict[int, Any] = {}
        self._stopped_at = 0.0
        settings = Adjustments(
            host=host,
            port=port,
            threads=limits.threads,
            ident="gongwen",
            backlog=limits.connections,
            connection_limit=limits.connections,
            channel_timeout=limits.idle_time,
            cleanup_interval=1,
            max_request_header_size=limits.header_bytes,
            max_request_body_size=limits.body_bytes,
            outbuf_high_watermark=limits.unread_bytes,
            outbuf_overflow=limits.unread_bytes * 2,
            # The hops of proxies are counted by the app, and by nobody where there are none.
            clear_untrusted_proxy_headers=False,
        )
        self._threads = ThreadedTaskDispatcher()
        self._listeners: list[_Listener] = []
        try:
            for address, bound in zip_longest(settings.listen, sockets):
                listener = _Listener(
                    app,
                    map=self._map,
                    dispatcher=self._threads,
                    adj=settings,
                    sockinfo=address,
                    _sock=bound,
                    bind_socket=bound is None,
                )
                listener.request_time = limits.request_time
                listener.is_shared = shared or bound is not None
                self._listeners.append(listener)
        except BaseException:
            self.close()
            raise
        self._threads.set_thread_count(limits.threads)

    @property
    def port(self) -> int:
        """The port really taken; 0 asks for any."""
        return int(self._listeners[0].effective_port)

    @property
    def sockets(self) -> tuple[socket.socket, ...]:
        """What it takes connections from, to be shared with other processes."""
        return tuple(listener.socket for listener in self._listeners)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def stop_on_signals(self, on_stop: Callable[[], None]) -> None:
        """Drain at the first SIGTERM or Ctrl-C, end at once at the second."""

        def stop(_number: int, _frame: object) -> None:
            if self._stopped_at:
                raise KeyboardInterrupt
            on_stop()
            self.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)

    def stop(self) -> None:
        """Ask `run` to take no new connection, answer what is under way, and return."""
        self._stopped_at = time.time()
        for listener in self._listeners:
            listener.pull_trigger()

    def run(self) -> None:
        """Serve until stopped and drained."""
        closed = False
        while True:
            wasyncore.loop(timeout=self._rest(), map=self._map, use_poll=True, count=1)
            if not self._stopped_at:
                continue
            if not closed:
                closed = True
                for listener in self._listeners:
                    listener.stop_listening()
            if self._is_drained():
                return

    def _rest(self) -> float:
        """Return for how many seconds nothing has to be looked at unless something comes."""
        now = time.monotonic()
        yields = [each.accepts_from - now for each in self._listeners]
        # Polling takes whole milliseconds: rounded down they would be a busy loop.
        return min([LOOK_EVERY, *(rest + 0.001 for rest in yields if rest > 0)])

    def _is_drained(self) -> bool:
        since = time.time() - self._stopped_at
        connections = [
            connection
            for listener in self._listeners
            for connection in listener.active_channels.values()
        ]
        if since > GRACE:
            for connection in connections:
                if connection.is_idle:
                    connection.will_close = True
        return not connections or since > self._limits.drain_time

    def close(self) -> None:
        """Let go of threads, connections and the address."""
        self._threads.shutdown(timeout=1)
        wasyncore.close_all(self._map, ignore_all=True)
