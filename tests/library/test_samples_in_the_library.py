"""The sample circulars: their JSON keeps the schema, and a folder of them is a sound library."""

from __future__ import annotations

import json

import jsonschema
import pytest

from corpus.ingest import add_paths
from corpus.interchange import circular_from_json, circular_to_json
from corpus.readers import read_bytes
from corpus.structure import parse_circular


@pytest.fixture(scope="module")
def samples(repository):
    folder = repository / "corpus" / "samples"
    return sorted((*folder.glob("*.txt"), *folder.glob("*.html")))


def test_every_sample_keeps_the_published_schema(repository, samples):
    schema = json.loads((repository / "webui/schemas/parse.schema.json").read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    for sample in samples:
        circular = parse_circular(read_bytes(sample.name, sample.read_bytes()))
        written = json.loads(json.dumps(circular_to_json(circular)))
        validator.validate(written)
        assert circular_from_json(written) == circular


def test_text_and_page_of_a_sample_are_one_circular(library, repository, samples):
    add_paths(library, [repository / "corpus" / "samples"], workers=0)
    counts = library.counts()
    assert counts.sources == len(samples)
    assert counts.circulars == len({sample.stem for sample in samples})
    assert library.quarantined() == ()
    assert library.check() == ()


def test_every_paragraph_of_a_sample_has_a_link_that_holds(library, samples):
    add_paths(library, samples, workers=0)
    for circular_id in library.circular_ids():
        stored = library.get(circular_id)
        for paragraph in stored.circular.paragraphs:
            assert library.resolve(circular_id, paragraph.id).paragraph == paragraph
            span = paragraph.span
            assert stored.text[span.start : span.end].strip() == paragraph.text.strip()
