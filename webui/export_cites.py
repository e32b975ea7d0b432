"""Citations as files (引用文件): one circular or paragraph for a reference manager."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, url_for

from corpus.bibliography import enter_circular, to_bibtex, to_csl, to_ris
from webui.errors import UnknownFormatError
from webui.export_answers import answer_file
from webui.pages import held_circular, resolve_paragraph
from webui.views_notices import notices_on
from webui.writing import encode

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpus.bibliography import BibliographyEntry

blueprint = Blueprint("cites", __name__)


def _csl_text(entries: Sequence[BibliographyEntry]) -> str:
    return json.dumps(to_csl(entries), ensure_ascii=False, indent=1) + "\n"


# Ending → how it is written, and its media type.
FORMATS: Final[dict[str, tuple[Callable[[Sequence[BibliographyEntry]], str], str]]] = {
    "ris": (to_ris, "application/x-research-info-systems; charset=utf-8"),
    "bib": (to_bibtex, "application/x-bibtex; charset=utf-8"),
    "json": (_csl_text, "application/vnd.citationstyles.csl+json; charset=utf-8"),
}


@blueprint.get("/d/<circular_id>/cite.<ending>")
def cite_circular(circular_id: str, ending: str) -> Response:
    """Hand out a whole circular's entry."""
    stored = held_circular(circular_id)
    entry = enter_circular(
        stored.circular,
        None,
        name=stored.id,
        permalink=url_for("pages.circular", circular_id=stored.id, _external=True),
        accessed=datetime.now().astimezone().date(),
    )
    return answer_entries([entry], ending, stored.circular.title)


@blueprint.get("/d/<circular_id>/p/<eid>/cite.<ending>")
def cite_paragraph(circular_id: str, eid: str, ending: str) -> Response:
    """Hand out one paragraph's entry; what has become of the paragraph goes into its note."""
    stored, link = resolve_paragraph(circular_id, eid)
    paragraph = link.paragraph
    shown = paragraph.id if paragraph else eid
    entry = enter_circular(
        stored.circular,
        paragraph,
        name=f"{stored.id}/{shown}",
        permalink=url_for("pages.permalink", circular_id=stored.id, eid=shown, _external=True),
        accessed=datetime.now().astimezone().date(),
        note="".join(notices_on(link)),
    )
    return answer_entries([entry], ending, stored.circular.title)


def answer_entries(entries: Sequence[BibliographyEntry], ending: str, name: str) -> Response:
    """Return entries as a file of the format that an ending names."""
    if ending not in FORMATS:
        raise UnknownFormatError(ending, tuple(FORMATS))
    write, media_type = FORMATS[ending]
    return answer_file(encode(write(entries)), media_type, name or "引用", ending)
