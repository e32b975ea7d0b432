"""A search cluster (检索集群) by its address; the one door to opensearch-py.

Everything that is asked of a cluster goes through `Cluster.ask`: what the network, a busy node or a
wrong password may do to a request is told apart here and nowhere else.
"""

from __future__ import annotations

import json
import logging
import os
import random
import ssl
import time
from base64 import b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from indexer.errors import (
    ClusterAddressError,
    ClusterAnswerError,
    ClusterError,
    ClusterFullError,
    ClusterRefusedError,
    ClusterTrustError,
    ClusterUnreachableError,
)
from indexer.opensearch_sockets import socket_options

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opensearchpy import OpenSearch, TransportError

SCHEMES = ("opensearch+http", "opensearch+https")
INDEX_VARIABLE = "GONGWEN_INDEX"
PORT = 9200
BUSY = frozenset({429, 502, 503, 504})
PATIENCE = 30.0  # seconds that a busy or restarting cluster is waited for
SEARCH_SECONDS = 30.0  # until an answer is given up
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 8.0
_TOO_MANY = 429
_CONNECTIONS = 32  # kept open to each node
_OPTIONS = {"shards": "1", "replicas": "1", "ca": "", "verify": "yes"}
_REFUSALS = {401: "用户或口令不对（401）", 403: "没有所需的权限（403）"}
_EXPIRED, _FOR_ANOTHER_HOST, _FOR_ANOTHER_ADDRESS = 10, 62, 64  # as OpenSSL counts them
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-_")


@dataclass(frozen=True, slots=True)
class ClusterAddress:
    """Where an index is kept: `opensearch+https://user:password@host:9200,host2:9200/name?shards=3`.

    `name` is the alias under which the published generation is found. Options are `shards`,
    `replicas`, `ca` (a file of certificates to trust) and `verify=no` (test clusters only).
    """

    hosts: tuple[tuple[str, int], ...]
    name: str
    secure: bool = True
    user: str = ""
    password: str = ""
    shards: int = 1
    replicas: int = 1
    ca: str = ""
    verify: bool = True

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read an address; raises ClusterAddressError, which never shows the password.

        >>> ClusterAddress.parse("opensearch+https://u:p@a.example,b.example:9201/office").hosts
        (('a.example', 9200), ('b.example', 9201))
        """
        parts = urlsplit(url)
        if parts.scheme not in SCHEMES:
            raise ClusterAddressError(f"{parts.scheme}://…", "不是 OpenSearch 集群的地址")
        shown = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
        options = _OPTIONS | dict(parse_qsl(parts.query, keep_blank_values=True))
        if unknown := options.keys() - _OPTIONS.keys():
            raise ClusterAddressError(shown, f"没有“{min(unknown)}”这个选项")
        name = unquote(parts.path.strip("/"))
        if not name or not _LETTERS.issuperset(name) or not name[0].isalnum():
            raise ClusterAddressError(
                shown, "索引名只能用小写字母、数字、“-”和“_”，以字母或数字开头"
            )
        login, _, places = parts.netloc.rpartition("@")
        user, _, password = login.partition(":")
        try:
            hosts = tuple(_host_of(place) for place in places.split(","))
            shards, replicas = int(options["shards"]), int(options["replicas"])
        except ValueError as error:
            raise ClusterAddressError(shown, "主机、端口、分片数或副本数写得不对") from error
        return cls(
            hosts,
            name,
            parts.scheme == "opensearch+https",
            unquote(user),
            unquote(password),
            shards,
            replicas,
            options["ca"],
            options["verify"] != "no",
        )

    def __str__(self) -> str:
        """Return the address as it may be shown: without user and password."""
        hosts = ",".join(f"{host}:{port}" for host, port in self.hosts)
        return f"opensearch+http{'s' if self.secure else ''}://{hosts}/{self.name}"


def _host_of(place: str) -> tuple[str, int]:
    parts = urlsplit(f"//{place}")
    if not parts.hostname:
        raise ValueError(place)
    return parts.hostname, parts.port or PORT


def cluster_address() -> ClusterAddress | None:
    """Return where the index is kept, None where that is a folder; raises ClusterAddressError."""
    place = os.environ.get(INDEX_VARIABLE, "")
    return ClusterAddress.parse(place) if "://" in place else None


class Cluster:
    """A connection to the nodes of a cluster; safe to share between threads."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address
        self._client = _client_of(address)

    def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Iterable[Mapping[str, Any]] | bytes | None = None,
        *,
        seconds: float = SEARCH_SECONDS,
        patience: float = PATIENCE,
        **parameters: str | int,
    ) -> Any:
        """Return the cluster's answer to an idempotent request, as JSON.

        A body that is no mapping is sent line by line. Where the cluster is busy or does not
        answer, the same is asked again after a pause, until `patience` is over.

        Raises:
            ClusterUnreachableError: it stayed so.
            ClusterTrustError: its certificate is none that we trust.
            ClusterRefusedError: user and password are wrong, or may not do this.
            ClusterAnswerError: any other error, at once.
        """
        until = time.monotonic() + patience
        for pause in pauses():
            try:
                return self._ask_once(method, path, body, parameters, seconds)
            except ClusterUnreachableError:
                if time.monotonic() + pause > until:
                    raise
            time.sleep(pause)
        raise AssertionError  # there is always another pause

    def _ask_once(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | Iterable[Mapping[str, Any]] | bytes | None,
        parameters: Mapping[str, str | int],
        seconds: float,
    ) -> Any:
        from opensearchpy import TransportError
        from opensearchpy.exceptions import ConnectionError as NotConnectedError
        from opensearchpy.exceptions import SSLError as NotSecuredError

        try:
            return self._client.transport.perform_request(
                method,
                path,
                params={**parameters, "request_timeout": seconds},
                body=_written(body),
                headers={"content-type": "application/json"},
            )
        except NotSecuredError as error:
            raise _tls_error_of(str(self.address), error) from error
        except NotConnectedError as error:
            raise ClusterUnreachableError(str(self.address), "没有回应") from error
        except TransportError as error:
            raise self._error_of(error) from error

    def _error_of(self, error: TransportError) -> Exception:
        place, status = str(self.address), error.status_code
        if status in _REFUSALS:
            return ClusterRefusedError(place, _REFUSALS[status])
        if status in BUSY:
            return busy_error(place, int(status), error.error)
        info = error.info if isinstance(error.info, dict) else {}
        details = info.get("error")
        reason = details.get("reason", "") if isinstance(details, dict) else str(details or "")
        return ClusterAnswerError(place, int(status), str(error.error), str(reason))

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()


def busy_error(place: str, status: int, kind: object) -> ClusterUnreachableError:
    """Return what a cluster means that is too busy, by what its error says."""
    # The same kind with another status: there is nobody who leads.
    if status == _TOO_MANY and kind == "cluster_block_exception":
        return ClusterFullError(place)
    return ClusterUnreachableError(place, f"繁忙，状态码 {status}")


def pauses() -> Iterable[float]:
    """Yield how long to wait before each further try: longer and longer, no two clients alike."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.5)  # noqa: S311 — nobody gains by guessing it
        pause = min(2 * pause, _LONGEST_PAUSE)


def _written(body: Mapping[str, Any] | Iterable[Mapping[str, Any]] | bytes | None) -> bytes | None:
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, dict):
        return json.dumps(body, ensure_ascii=False).encode()
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in body).encode()


def _tls_error_of(place: str, error: TransportError) -> ClusterError:
    """Return what it means that no TLS connection came about: a wrong one, or an unlucky one."""
    found: Any = error.info
    while isinstance(found, Exception) and not isinstance(found, ssl.SSLError) and found.args:
        found = found.args[0]
    if isinstance(found, ssl.SSLCertVerificationError):
        problem = "它的证书不是可信的机构签发的"
        if found.verify_code == _EXPIRED:
            problem = "它的证书已经过期"
        elif found.verify_code in {_FOR_ANOTHER_HOST, _FOR_ANOTHER_ADDRESS}:
            problem = "它的证书是给别的主机的"
        return ClusterTrustError(place, problem)
    if isinstance(found, ssl.SSLError) and found.reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST"}:
        return ClusterTrustError(place, "那里不用加密，网址应以 opensearch+http:// 开头")
    return ClusterUnreachableError(place, "加密连接中断")


def _client_of(address: ClusterAddress) -> OpenSearch:
    try:
        from opensearchpy import OpenSearch
    except ImportError as error:
        problem = "缺少 opensearch-py，请安装 gongwen[cluster]"
        raise ClusterError(str(address), problem) from error
    # What its log says of every try is said by our errors, once.
    logging.getLogger("opensearch").setLevel(logging.CRITICAL)
    if address.ca and not os.access(address.ca, os.R_OK):
        raise ClusterAddressError(str(address), f"证书文件 {address.ca} 不在，或不能读")
    login = f"{address.user}:{address.password}".encode()
    client = OpenSearch(
        hosts=[{"host": host, "port": port} for host, port in address.hosts],
        # The library itself could not say a password in Chinese.
        headers={"authorization": f"Basic {b64encode(login).decode()}"} if address.user else None,
        use_ssl=address.secure,
        verify_certs=address.verify,
        ssl_show_warn=False,
        ca_certs=address.ca or None,
        max_retries=len(address.hosts),
        timeout=SEARCH_SECONDS,
        pool_maxsize=_CONNECTIONS,
    )
    for node in client.transport.connection_pool.connections:
        node.pool.conn_kw["socket_options"] = socket_options()
    return client
