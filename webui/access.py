"""Who may come in (访问控制): nobody is asked unless the service was started so.

A token (口令) is for offices without a gateway: browsers ask for it as a password, programs send it
as `Authorization: Bearer`. A user header is for offices whose gateway signs people in and names
them. With both, the token is how the gateway proves that it is the gateway.
"""

from __future__ import annotations

import hashlib
import hmac
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flask import g, request

from webui.errors import NotSignedInError, TokenError
from webui.json_log import cap
from webui.statuses import MistakenRequestError

if TYPE_CHECKING:
    from flask import Flask

SHORTEST_TOKEN = 16
LONGEST_USER = 64
OPEN = frozenset({"health.alive", "health.ready"})  # a supervisor has no token


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What a request must bring: one of some tokens, a header of the gateway, both or nothing."""

    tokens: frozenset[bytes] = frozenset()  # digests
    user_header: str = ""

    def __bool__(self) -> bool:
        return bool(self.tokens or self.user_header)

    def accepts(self, token: str) -> bool:
        """Tell whether a token is one of ours, in a time that does not say how nearly.

        >>> AccessRules(frozenset({digest_of("一二三")})).accepts("一二三")
        True
        """
        given = digest_of(token)
        return sum(hmac.compare_digest(given, known) for known in self.tokens) > 0


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def read_tokens(path: str) -> frozenset[bytes]:
    """Return the digests of the tokens in a file: one a line, `#` begins a comment.

    Raises MistakenRequestError where the file cannot be read, is open to others, or is weak.
    """
    try:
        mode = Path(path).stat().st_mode
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"无法读取口令文件 {path}。请检查 --token-file。"
        raise MistakenRequestError(message) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"口令文件 {path} 别人也能读写。请先运行 chmod 600 {path}。"
        raise MistakenRequestError(message)
    tokens = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    if not tokens or min(map(len, tokens)) < SHORTEST_TOKEN:
        message = f"口令文件 {path} 里每行应有一个不少于 {SHORTEST_TOKEN} 字的口令。"
        raise MistakenRequestError(message)
    return frozenset(map(digest_of, tokens))


def guard_access(app: Flask, rules: AccessRules) -> None:
    """Let the app answer only who brings what the rules ask for."""

    def check() -> None:
        if request.endpoint in OPEN:
            return
        if rules.tokens and not rules.accepts(_given_token()):
            raise TokenError
        if rules.user_header:
            user = _named_user(rules.user_header)
            if not user:
                raise NotSignedInError
            g.user = g.client = user

    app.before_request(check)


def _given_token() -> str:
    """Return the token of the request, sent as bearer or as the password of anybody."""
    given = request.authorization
    if given is None:
        return ""
    token = given.token if given.type == "bearer" else given.password
    return token or ""


def _named_user(header: str) -> str:
    """Return whom the gateway names; its bytes are UTF-8, which WSGI hands on as Latin-1."""
    value = request.headers.get(header, "").strip()
    return cap(value.encode("latin-1", "replace").decode("utf-8", "replace"), LONGEST_USER)
