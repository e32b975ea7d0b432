"""The programs' interface: its description is true, its answers keep it, nothing makes it fail."""

from __future__ import annotations

import json
import re

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from openapi_spec_validator import validate
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from webui.openapi import OPERATIONS, describe_api

CONFORMANCE = [content_type_conformance, response_schema_conformance, status_code_conformance]


@pytest.fixture(scope="session")
def described(site):
    return site.get("/api/v1/openapi.json").get_json()


def test_the_description_is_valid_openapi(described):
    validate(described)
    assert described["openapi"].startswith("3.1")
    assert "http" not in json.dumps(described["servers"])


def test_it_describes_every_address_of_the_interface_and_no_other(site, described):
    rules = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(rule))
        for rule in site.app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/")
    }
    assert set(described["paths"]) == rules


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_every_parameter_it_names_changes_or_bounds_the_answer(site, operation):
    """A name that nothing reads would be passed over in silence."""
    circular = site.id_of("云政办发〔2017〕58号")
    path = operation.path.format(circular_id=circular, facet="agency")
    whole = site.get(path).get_data()
    values = {
        "q": "知识产权", "unit": "measure", "agency": "市公安局", "role": "lead", "line": "公安",
        "issuer": "无", "region": "无", "year": "1999", "kind": "无", "sort": "date", "page": "2",
        "limit": "1", "since": "1", "validity": "repealed", "find": "sgaj",
    }  # fmt: skip
    for parameter in operation.parameters:
        if parameter.name in {"agency_op", "expand", "verbatim"}:
            continue  # each needs others beside it: tests/querying tells what they do
        response = site.get(path, query_string={parameter.name: values[parameter.name]})
        # the sample library has one page of circulars: a second one is refused
        assert response.status_code == (400 if path.endswith("circulars") else 200)
        assert response.get_data() != whole, parameter.name


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_an_unchanged_answer_is_not_sent_again(site, operation):
    circular = site.id_of("云政办发〔2017〕58号")
    path = operation.path.format(circular_id=circular, facet="agency")
    first = site.get(path)
    assert first.status_code == 200
    again = site.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    other = site.get(path, query_string={"q": "监管"})
    assert other.headers["ETag"] != first.headers["ETag"]


def test_a_changed_library_is_sent_anew(own_site):
    before = own_site.get("/api/v1/search?q=监管").headers["ETag"]
    with own_site.library() as library:
        library.remove(library.circular_ids()[0])
    answer = own_site.get("/api/v1/search?q=监管", headers={"If-None-Match": before})
    assert answer.status_code == 200


def test_following_next_reads_everything_once(site):
    seen, address = [], "/api/v1/search?q=知识产权&limit=7"
    while address:
        answer = site.get(address).get_json()
        seen += [hit["id"] for hit in answer["hits"]]
        address = answer["next"]
    assert len(seen) == len(set(seen)) == answer["total"] > 7


def test_toggling_a_facet_value_leads_there_and_back(site):
    answer = site.get("/api/v1/search?q=知识产权").get_json()
    for name in ("agency", "role", "region", "kind"):
        value = answer["facets"][name][0]
        ticked = site.get(value["toggle_url"]).get_json()
        assert ticked["total"] == value["count"]
        back = next(v for v in ticked["facets"][name] if v["value"] == value["value"])
        assert back["selected"]
        assert site.get(back["toggle_url"]).get_json()["total"] == answer["total"]


@pytest.mark.parametrize("typed", ["sgaj", "市公安局", "公安"])
def test_a_facet_is_searched_by_name_or_initials(site, typed):
    answer = site.get("/api/v1/facets/agency", query_string={"find": typed}).get_json()
    assert "市公安局" in [value["label"] for value in answer["values"]]
    assert len(answer["values"]) < answer["total"]
    first = answer["values"][0]
    assert site.get(f"/api/v1{first['toggle_url']}").get_json()["total"] == first["count"]


def test_a_ticked_value_is_listed_whatever_is_looked_for(site):
    ticked = site.get("/api/v1/facets/agency?agency=市公安局&find=zzzz").get_json()["values"]
    assert [(value["label"], value["selected"]) for value in ticked] == [("市公安局", True)]


def test_the_same_path_answers_in_every_format(site):
    types = {
        ".json": "application/json",
        ".csv": "text/csv",
        ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ".atom": "application/atom+xml",
    }
    for ending, mimetype in types.items():
        response = site.get(f"/search{ending}", query_string={"q": "知识产权", "role": "lead"})
        assert (response.status_code, response.mimetype) == (200, mimetype)


def test_the_page_for_people_names_every_address_and_parameter(site):
    page = site.tree("/api").xpath("string(//main)")
    for operation in OPERATIONS:
        assert operation.path in page
    for parameter in OPERATIONS[0].parameters:
        assert parameter.name in page


def test_every_described_schema_is_one():
    schemas = describe_api("0")["components"]["schemas"]
    dialect = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    assert schemas
    assert {name: list(dialect.iter_errors(schema)) for name, schema in schemas.items()} == {
        name: [] for name in schemas
    }


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.value)
@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.path)
def test_nothing_that_is_asked_makes_it_fail_or_break_its_description(site, operation, mode):
    """Generated requests: some that keep the description, some that break it."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", site.app)
    described = schema[operation.path]["get"]
    if mode is GenerationMode.NEGATIVE and not described.query:
        return  # there is nothing to break

    @settings(
        max_examples=15,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(described.as_strategy(generation_mode=mode))
    def ask(case):
        response = case.call(headers={"Accept-Encoding": "identity"})
        assert response.status_code < 500
        case.validate_response(response, checks=CONFORMANCE)

    ask()
