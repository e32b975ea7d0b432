"""What every answer carries and what every request may cost: headers, body size, host names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge, SecurityError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask, Response

# A page of ours loads our own style sheet, script and pictures and may fetch our own citations;
# nothing inline, nothing from elsewhere, no frame around it.
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# An original file is somebody else's text: it is only ever downloaded, never rendered.
SOURCE_POLICY = "sandbox; default-src 'none'; frame-ancestors 'none'"

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# Only a report to be checked is ever uploaded, so any other body is small or a mistake.
MAX_BODY = 64 * 1024
MAX_REPORT = 8 * 1024 * 1024
ROOMY = {"verification.check": MAX_REPORT}
HOSTS = "GONGWEN_TRUSTED_HOSTS"
_LONGEST_HOST, _LONGEST_LABEL = 253, 63
_HOST = re.compile(r"[0-9A-Za-z._:\[\]-]*\Z")  # gongwen.example:8321, [::1]
_PORT = re.compile(r":\d{1,5}$")
LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")


def set_headers(response: Response) -> Response:
    """Put the security headers on an answer, error pages and static files included."""
    response.headers.setdefault("Content-Security-Policy", PAGE_POLICY)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def refuse_large_bodies() -> None:
    """Refuse a request whose announced body is too large, even where no page would read it."""
    most = ROOMY.get(request.endpoint or "", current_app.config["MAX_CONTENT_LENGTH"])
    request.max_content_length = most
    if (request.content_length or 0) > most:
        raise RequestEntityTooLarge


def refuse_foreign_hosts() -> None:
    """Refuse a request for a host name that is not ours: its absolute links would be poisoned."""
    name = request.host.rpartition(":")[0] if _PORT.search(request.host) else request.host
    if not any(_is_host(name.lower(), trusted) for trusted in current_app.config[HOSTS]):
        raise SecurityError


def _is_host(name: str, trusted: str) -> bool:
    """Tell whether a host name is a trusted one; a leading dot stands for every name below."""
    return name == trusted.lstrip(".") or (trusted.startswith(".") and name.endswith(trusted))


def plain_host(app: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a WSGI app so that a Host header that names no host at all is one that is not ours.

    Werkzeug fails over such a header before any of our pages is asked.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        host = environ.get("HTTP_HOST", "")
        labels = host.split(".")
        fits = len(host) <= _LONGEST_HOST and max(map(len, labels)) <= _LONGEST_LABEL
        if not fits or not _HOST.match(host) or "" in labels[:-1]:
            environ["HTTP_HOST"] = "invalid"
        return app(environ, start_response)

    return answer


def protect(app: Flask) -> None:
    """Set the limits on requests and the headers on every answer of the app."""
    app.config["MAX_CONTENT_LENGTH"] = app.config["MAX_CONTENT_LENGTH"] or MAX_BODY
    # Werkzeug cuts a trusted [::1] at its first colon, so the comparison is ours.
    app.config[HOSTS] = tuple(
        name.lower() for name in app.config["TRUSTED_HOSTS"] or LOOPBACK_HOSTS
    )
    app.config["TRUSTED_HOSTS"] = None
    app.wsgi_app = plain_host(app.wsgi_app)  # type: ignore[method-assign]
    app.before_request(refuse_foreign_hosts)
    app.before_request(refuse_large_bodies)
    app.after_request(set_headers)
