"""The machine-readable answers (程序接口): the same search, the same circular, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from flask import Blueprint, request, url_for

from corpus.interchange import circular_to_json
from webui.desk import current_desk
from webui.pages import held_circular
from webui.views_state import read_search
from webui.writing import answer_json

if TYPE_CHECKING:
    from flask import Response

blueprint = Blueprint("api", __name__)


@blueprint.get("/api/v1/search")
@blueprint.get("/search.json")
def search() -> Response:
    """Answer a search; the same object as `gongwen search --json`."""
    return answer_json(current_desk().search(read_search(request.args)).to_json())


@blueprint.get("/api/v1/suggest")
def suggest() -> Response:
    """Answer completions of what is being typed: `{"suggestions": [{"kind", "text", "value"}]}`."""
    found = current_desk().suggest(request.args.get("q", ""))
    return answer_json({"suggestions": [asdict(one) for one in found]})


@blueprint.get("/api/v1/circulars/<circular_id>")
def circular(circular_id: str) -> Response:
    """Answer one circular; the object of `gongwen parse --json` and where it stands here."""
    stored = held_circular(circular_id)
    address = url_for("pages.circular", circular_id=stored.id)
    whole = {"id": stored.id, "permalink": address, "revision": stored.revision}
    return answer_json(whole | circular_to_json(stored.circular))
