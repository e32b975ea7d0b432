"""Who may come in (访问控制): nobody is asked unless the service was started so.

A token (口令) is for offices without a gateway: browsers ask for it as a password, programs send it
as `Authorization: Bearer`. A user header is for offices whose gateway signs people in and names
them. With both, the token is how the gateway proves that it is the gateway.

Whoever comes in sees the open circulars; the collections (合集) that somebody sees besides are
written after the token, the user or the group.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from flask import g, request

from corpus.errors import CollectionNameError
from corpus.library_visibility import ALL_NAME, collection_name
from webui.desk import GUARDED
from webui.errors import NotSignedInError, TokenError
from webui.json_log import cap
from webui.statuses import MistakenRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask, Response

Rights = frozenset[str] | None  # collections besides what is open; None is all of them
ARROW = " => "
_BETWEEN = re.compile("[,;，；]")  # groups in a header
SHORTEST_TOKEN = 16
LONGEST_USER = 64
OPEN = frozenset({"health.alive", "health.ready"})  # a supervisor has no token


@dataclass(frozen=True, slots=True)
class AccessRules:
    """What a request must bring: one of some tokens, a header of the gateway, both or nothing."""

    tokens: frozenset[bytes] = frozenset()  # digests
    user_header: str = ""
    group_header: str = ""
    rights: Mapping[bytes | str, Rights] = field(default_factory=dict)  # digests, users, @groups

    def __bool__(self) -> bool:
        return bool(self.tokens or self.user_header)

    def accepts(self, token: str) -> bool:
        """Tell whether a token is one of ours, in a time that does not say how nearly.

        >>> AccessRules(frozenset({digest_of("一二三")})).accepts("一二三")
        True
        """
        given = digest_of(token)
        return sum(hmac.compare_digest(given, known) for known in self.tokens) > 0

    def seen_by(self, *who: bytes | str) -> Rights:
        """Return the collections that any of a visitor's names may see; None is all of them.

        >>> rules = AccessRules(rights={"李": frozenset({"甲"}), "@处": frozenset({"乙"})})
        >>> sorted(rules.seen_by("李", "@处", "@别处") or ()), rules.seen_by("王")
        (['乙', '甲'], frozenset())
        """
        seen: frozenset[str] = frozenset()
        for name in who:
            rights = self.rights.get(name, seen)
            if rights is None:
                return None
            seen |= rights
        return seen


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def read_tokens(path: str) -> dict[bytes, Rights]:
    """Return the digests of the tokens in a file and what each may see: `口令 => 合集、合集`.

    Raises MistakenRequestError where the file cannot be read, is open to others, or is weak.
    """
    tokens = _read_rights(path, "口令文件", "--token-file")
    if not tokens or min(map(len, tokens)) < SHORTEST_TOKEN:
        message = f"口令文件 {path} 里每行应有一个不少于 {SHORTEST_TOKEN} 字的口令。"
        raise MistakenRequestError(message)
    return {digest_of(token): rights for token, rights in tokens.items()}


def read_rights(path: str) -> dict[str, Rights]:
    """Return what users and groups may see, `用户 => 合集、合集` and `@组 => 全部`, a line each.

    Raises MistakenRequestError where the file cannot be read or is open to others.
    """
    return _read_rights(path, "权限文件", "--rights-file")


def _read_rights(path: str, kind: str, option: str) -> dict[str, Rights]:
    """Return who stands in a file, and the collections named behind; `#` begins a comment."""
    try:
        mode = Path(path).stat().st_mode
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        message = f"无法读取{kind} {path}。请检查 {option}。"
        raise MistakenRequestError(message) from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        message = f"{kind} {path} 别人也能读写。请先运行 chmod 600 {path}。"
        raise MistakenRequestError(message)
    found: dict[str, Rights] = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            who, _, names = line.partition(ARROW)
            try:
                found[who.strip()] = _rights_in(names)
            except CollectionNameError as error:
                raise MistakenRequestError(f"{kind} {path}：{error}") from error
    return found


def _rights_in(names: str) -> Rights:
    """Return the collections of a list; None for 全部."""
    given = [name.strip() for name in names.split("、") if name.strip()]
    return None if given == [ALL_NAME] else frozenset(map(collection_name, given))


def guard_access(app: Flask, rules: AccessRules) -> None:
    """Let the app answer only who brings what the rules ask for."""

    def check() -> None:
        if request.endpoint in OPEN:
            return
        token = _given_token()
        if rules.tokens and not rules.accepts(token):
            raise TokenError
        g.collections = rules.seen_by(digest_of(token))
        if rules.user_header:
            user = cap(_named(rules.user_header), LONGEST_USER)
            if not user:
                raise NotSignedInError
            g.user = g.client = user
            groups = _named(rules.group_header) if rules.group_header else ""
            named = [f"@{group.strip()}" for group in _BETWEEN.split(groups) if group.strip()]
            # Whoever may choose a name must not be able to choose that of a group.
            g.collections = rules.seen_by(*named, *([] if user.startswith("@") else [user]))

    def keep_private(response: Response) -> Response:
        """Let no cache on the way hand one visitor what was answered to another."""
        response.cache_control.private = True
        response.cache_control.no_cache = True
        return response

    app.extensions[GUARDED] = True
    app.before_request(check)
    app.after_request(keep_private)


def _given_token() -> str:
    """Return the token of the request, sent as bearer or as the password of anybody."""
    given = request.authorization
    if given is None:
        return ""
    token = given.token if given.type == "bearer" else given.password
    return token or ""


def _named(header: str) -> str:
    """Return whom the gateway names; its bytes are UTF-8, which WSGI hands on as Latin-1."""
    value = request.headers.get(header, "").strip()
    return value.encode("latin-1", "replace").decode("utf-8", "replace")
