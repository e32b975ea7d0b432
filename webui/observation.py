"""What is noted of every request (请求记录): an id in answer and log, a line, a count."""

from __future__ import annotations

import logging
import re
import secrets
import time
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote_plus

from flask import current_app, g, request

from webui.json_log import ACCESS, cap
from webui.metrics import Metrics

if TYPE_CHECKING:
    from flask import Flask, Response

ID_HEADER = "X-Request-ID"
METRICS = "gongwen.metrics"
PROXIED = "GONGWEN_PROXIED"  # whether the request comes through a gateway of ours
_ACCESS = logging.getLogger(ACCESS)
_ID = re.compile(r"[A-Za-z0-9._-]{8,64}\Z")  # 7f3a9c01-…


def observe_requests(app: Flask) -> None:
    """Give every request an id, a client and a start; note its end."""
    app.extensions[METRICS] = Metrics()
    app.before_request(_begin)
    app.after_request(_finish)


def current_metrics() -> Metrics:
    """Return the counts of the app that answers the request."""
    metrics: Metrics = current_app.extensions[METRICS]
    return metrics


def _begin() -> None:
    g.started = time.perf_counter()
    given = request.headers.get(ID_HEADER, "")
    # A stranger's id would let one line of the log play another.
    known = current_app.config.get(PROXIED) and _ID.match(given)
    g.request_id = given if known else secrets.token_hex(8)
    g.client = request.remote_addr or ""


def _finish(response: Response) -> Response:
    seconds = time.perf_counter() - g.started
    response.headers[ID_HEADER] = g.request_id
    endpoint = request.endpoint or "none"
    current_metrics().count_request(endpoint, response.status_code, seconds)
    if response.status_code == HTTPStatus.SERVICE_UNAVAILABLE:
        current_metrics().count_event("unavailable")
    if _ACCESS.isEnabledFor(logging.INFO):
        facts = {
            "method": cap(request.method, 16),
            "path": cap(request.path),
            "query": cap(unquote_plus(request.query_string.decode("utf-8", "replace"))),
            "status": response.status_code,
            "ms": round(seconds * 1_000, 1),
            "bytes": response.content_length,
            "client": request.remote_addr,
            "user": g.get("user", ""),
            "agent": cap(request.headers.get("User-Agent", ""), 100),
        }
        _ACCESS.info("request", extra={"facts": facts})
    return response
