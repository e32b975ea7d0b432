"""The application as it is served (服务): with limits, access rules and an index that is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

from webui.access import guard_access
from webui.admission import admit_requests
from webui.app import create_app
from webui.errors import KEEPER
from webui.health import SLOTS
from webui.observation import PROXIED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

    from webui.access import AccessRules
    from webui.index_keeping import IndexKeeper
    from webui.limits import ServeLimits


def make_service(
    location: str,
    names: Sequence[str],
    limits: ServeLimits,
    rules: AccessRules,
    *,
    keeper: IndexKeeper | None = None,
    proxy_hops: int = 0,
) -> Flask:
    """Return the application over a library with everything that serving it needs.

    Args:
        location: the library.
        names: host names it answers to.
        limits: what it may cost.
        rules: who may come in.
        keeper: who looks after its index, where somebody does.
        proxy_hops: how many gateways stand before it; forwarded headers of others are ignored.
    """
    config = {"TRUSTED_HOSTS": list(names), PROXIED: proxy_hops > 0}
    app = create_app(location, config=config)
    if rules:
        guard_access(app, rules)
    app.extensions[SLOTS] = admit_requests(app, limits)
    if keeper is not None:
        app.extensions[KEEPER] = keeper
    if proxy_hops:
        hops = {"x_for": proxy_hops, "x_proto": proxy_hops, "x_host": proxy_hops}
        app.wsgi_app = ProxyFix(app.wsgi_app, **hops)  # type: ignore[method-assign]
    return app
