"""How the service is (运行状态), for supervisors and monitors: alive, ready, in figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, current_app

from corpus.errors import LibraryError
from indexer.errors import IndexerError
from webui.desk import current_desk
from webui.errors import fault_of
from webui.metrics import CONTENT_TYPE
from webui.observation import current_metrics
from webui.writing import answer_json

if TYPE_CHECKING:
    from flask import Flask

    from webui.admission import Slots

blueprint = Blueprint("health", __name__)
STOPPING = "GONGWEN_STOPPING"
SLOTS = "gongwen.slots"


@blueprint.get("/healthz")
def alive() -> Response:
    """Answer that the process works, whatever state the library is in."""
    return _unstored(answer_json({"alive": True}))


@blueprint.get("/readyz")
def ready() -> Response:
    """Answer whether a search can be answered now, and how far the index is."""
    if current_app.config.get(STOPPING):
        return _unready("服务正在停止。")
    desk = current_desk()
    try:
        library, index = desk.library.sequence(), desk.index_sequence()
    except (LibraryError, IndexerError) as error:
        return _unready(fault_of(error).detail)
    return _unstored(answer_json({"ready": True, "library": library, "index": index}))


@blueprint.get("/metrics")
def metrics() -> Response:
    """Answer the figures of the service in the text form of Prometheus."""
    gauges: dict[str, float] = {}
    slots: Slots | None = current_app.extensions.get(SLOTS)
    if slots is not None:
        running, waiting = slots.busy
        gauges |= {"gongwen_requests_running": running, "gongwen_requests_waiting": waiting}
    desk = current_desk()
    try:
        gauges["gongwen_library_sequence"] = desk.library.sequence()
        gauges["gongwen_index_sequence"] = desk.index_sequence()
        gauges["gongwen_ready"] = not current_app.config.get(STOPPING)
    except (LibraryError, IndexerError):
        gauges["gongwen_ready"] = 0
    return _unstored(Response(current_metrics().text(gauges), content_type=CONTENT_TYPE))


def say_stopping(app: Flask) -> None:
    """Let `/readyz` answer from now on that no new request should be sent here."""
    app.config[STOPPING] = True


def _unready(reason: str) -> Response:
    response = answer_json({"ready": False, "reason": reason}, 503)
    response.headers["Retry-After"] = "5"
    return _unstored(response)


def _unstored(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
