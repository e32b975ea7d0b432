"""create_app: one library, one Flask application, debug unreachable."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from flask import Flask, url_for

from webui import (
    api,
    basket,
    comparison,
    export_cites,
    export_search,
    health,
    matrix,
    overview,
    pages,
    references,
    verification,
)
from webui.compression import compress_answers
from webui.desk import NAME, Desk
from webui.errors import handle_errors
from webui.observation import observe_requests
from webui.security import protect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def create_app(location: str | Path, *, config: Mapping[str, Any] | None = None) -> Flask:
    """Return the application over the library at a location.

    `config` may set `TRUSTED_HOSTS` (host names the service answers to; loopback by default),
    `MAX_CONTENT_LENGTH` and Flask's own `TESTING`. The library is opened at the first request.
    """
    app = Flask(__name__)
    app.config.update(config or {})
    # Whatever the environment says: the debugger would run anybody's code.
    app.debug = False
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    # A page names a dozen addresses that are always the same: no template asks for external ones.
    app.jinja_env.globals["url_for"] = lru_cache(maxsize=1_000)(url_for)
    app.extensions[NAME] = Desk(str(location))
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(matrix.blueprint)
    app.register_blueprint(overview.blueprint)
    app.register_blueprint(references.blueprint)
    app.register_blueprint(export_search.blueprint)
    app.register_blueprint(export_cites.blueprint)
    app.register_blueprint(basket.blueprint)
    app.register_blueprint(comparison.blueprint)
    app.register_blueprint(verification.blueprint)
    observe_requests(app)
    compress_answers(app)
    protect(app)
    handle_errors(app)
    return app
