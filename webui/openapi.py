"""The description of the programs' interface (程序接口) as OpenAPI 3.1: one table, one document."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any, Final, NamedTuple

from search.facets import FACET_NAMES, FACETS, NAMES_OF_VALUES, ROLE_NAMES
from search.query import Sort, SynonymKind, Unit
from search.requests import DEFAULT_LIMIT, LONGEST_VALUE, MOST_HITS, MOST_VALUES

PROMISE: Final = (
    "键只增不改：已有的键不会改名或消失，可能出现新的键。next 是不透明的地址，原样请求即可。"
    "出错时返回 RFC 9457 的 application/problem+json，detail 是中文说明。"
    "回答带 ETag；用 If-None-Match 再问，没有变化时返回 304。"
)
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_COUNT: Final[dict[str, Any]] = {"type": "integer", "minimum": 0}
_FLAG: Final[dict[str, Any]] = {"type": "boolean"}


def _list(of: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": of}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "required": list(properties), "properties": properties}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


class Parameter(NamedTuple):
    """A parameter in the query part of an address: what it says, and which values it takes."""

    name: str
    meaning: str
    schema: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """Return the parameter as OpenAPI has it."""
        described = {"name": self.name, "in": "query", "description": self.meaning}
        return described | {"schema": self.schema}


class Operation(NamedTuple):
    """One address that programs ask, always by GET; names in braces are part of the path."""

    path: str
    meaning: str
    answer: str
    parameters: tuple[Parameter, ...] = ()
    in_path: tuple[Parameter, ...] = ()
    missing: str = ""  # what 404 means here


def _choice(values: list[str], default: str) -> dict[str, Any]:
    return {"type": "string", "enum": values, "default": default}


_VALUES: Final = _list(_TEXT | {"maxLength": LONGEST_VALUE}) | {"maxItems": MOST_VALUES}
_VALIDITY: Final = NAMES_OF_VALUES["validity"]
_FACET_NOTES: Final = {
    "agency": "责任单位，编号或任何已知名称；可重复",
    "role": f"角色：{'、'.join(f'{key}（{name}）' for key, name in ROLE_NAMES.items())}；"
    "与 agency 同时给出时指同一条分工；可重复",
    "validity": f"时效：{'、'.join(f'{key}（{name}）' for key, name in _VALIDITY.items())}；可重复",
}
NARROWING: Final = (
    Parameter("q", "检索式，写法见帮助页", _TEXT | {"default": "", "maxLength": 2000}),
    Parameter("unit", "结果单位：段落或措施", _choice([each.value for each in Unit], "paragraph")),
    *(
        Parameter(
            facet,
            _FACET_NOTES.get(facet, f"{FACET_NAMES[facet]}；可重复"),
            _list({"type": "string", "enum": list(NAMES_OF_VALUES[facet])})
            if facet in NAMES_OF_VALUES
            else _VALUES,
        )
        for facet in FACETS
    ),
    Parameter("agency_op", "几个责任单位：任一或同时", _choice(["any", "all"], "any")),
    Parameter(
        "expand",
        "同义词的种类；off 表示不扩展；可重复",
        _list({"type": "string", "enum": [*(kind.value for kind in SynonymKind), "off"]}),
    ),
    Parameter("verbatim", "不扩展的词；可重复", _VALUES),
)
SEARCHING: Final = (
    *NARROWING,
    Parameter("sort", "次序", _choice([each.value for each in Sort], "relevance")),
    Parameter("page", "页，从 1 起", {"type": "integer", "minimum": 1, "default": 1}),
    Parameter(
        "limit",
        "每页条数；page × limit 不超过 10000",
        {"type": "integer", "minimum": 0, "maximum": MOST_HITS, "default": DEFAULT_LIMIT},
    ),
)
_SINCE: Final = Parameter(
    "since", "上次看到的序号（回答里的 sequence）", {"type": "integer", "minimum": 0, "default": 0}
)
_CIRCULAR: Final = Parameter("circular_id", "文件编号", _TEXT)

OPERATIONS: Final = (
    Operation("/api/v1/search", "检索段落或措施", "Search", SEARCHING),
    Operation(
        "/api/v1/facets/{facet}",
        "一个筛选项的取值，可按名称、简称或拼音首字母查找",
        "Facet",
        (
            *NARROWING,
            Parameter("find", "要找的字或拼音首字母", _TEXT | {"default": "", "maxLength": 100}),
        ),
        (Parameter("facet", "筛选项", {"type": "string", "enum": list(FACETS)}),),
    ),
    Operation("/api/v1/overview", "一次检索或全库的数量：年度、地区、单位", "Overview", NARROWING),
    Operation("/api/v1/additions", "自某序号以来新增多少", "Additions", (*NARROWING, _SINCE)),
    Operation(
        "/api/v1/suggest", "补全正在输入的字", "Suggestions", (Parameter("q", "已输入的字", _TEXT),)
    ),
    Operation("/api/v1/circulars", "文件目录，新的在前", "Circulars", (
        Parameter("page", "页，从 1 起", {"type": "integer", "minimum": 1, "default": 1}),)),
    Operation(
        "/api/v1/circulars/{circular_id}",
        "一份文件：解析结果和它在库中的地址",
        "Circular",
        in_path=(_CIRCULAR,),
        missing="库中没有这份文件",
    ),
    Operation("/api/v1/missing", "被引用而库中没有的文号", "MissingNumbers"),
    Operation("/api/v1/openapi.json", "本说明", "Document"),
)  # fmt: skip

_AMOUNT: Final = {"circulars": _COUNT, "measures": _COUNT}
SCHEMAS: Final[dict[str, dict[str, Any]]] = {
    "Problem": _object(
        type=_TEXT, title=_TEXT, status={"type": "integer", "minimum": 400}, detail=_TEXT
    ),
    "Facet": _object(
        facet=_TEXT,
        title=_TEXT,
        total=_COUNT,
        values=_list(
            _object(value=_TEXT, label=_TEXT, count=_COUNT, selected=_FLAG, toggle_url=_TEXT)
        ),
    ),
    "Overview": _object(
        query=_TEXT,
        **_AMOUNT,
        years=_list(_object(year=_TEXT, **_AMOUNT)),
        regions=_list(_object(region=_TEXT, depth=_COUNT, **_AMOUNT)),
        cells=_list(_object(region=_TEXT, year=_TEXT, **_AMOUNT)),
        agencies=_list(
            _object(
                agency_id=_TEXT,
                label=_TEXT,
                counts={"type": "object", "additionalProperties": _COUNT},
                total=_COUNT,
            )
        ),
        together=_list(
            _object(agencies=_list(_TEXT) | {"minItems": 2, "maxItems": 2}, measures=_COUNT)
        ),
        sequence=_COUNT,
    ),
    "Additions": _object(
        since=_COUNT, sequence=_COUNT, added=_COUNT, circulars=_COUNT, changed=_COUNT,
        sentence=_TEXT, url=_TEXT,
    ),
    "Suggestions": _object(suggestions=_list(_object(kind=_TEXT, text=_TEXT, value=_TEXT))),
    "Circulars": _object(
        total=_COUNT,
        page=_COUNT,
        pages=_COUNT,
        next={"type": ["string", "null"]},
        circulars=_list(
            _object(
                id=_TEXT,
                title=_TEXT,
                number={"type": ["string", "null"]},
                date={"type": ["string", "null"]},
                issuers=_list(_TEXT),
                region=_TEXT,
                kind=_TEXT,
                paragraphs=_COUNT,
                measures=_COUNT,
                permalink=_TEXT,
            )
        ),
    ),
    "Circular": _object(
        id=_TEXT, permalink=_TEXT, revision={"type": "integer", "minimum": 1}, title=_TEXT
    ),
    "MissingNumbers": _object(
        total=_COUNT,
        missing=_list(_object(number=_TEXT, title=_TEXT, circulars=_COUNT, places=_COUNT)),
    ),
    "Document": _object(openapi=_TEXT, info={"type": "object"}, paths={"type": "object"}),
}  # fmt: skip


def describe_api(version: str) -> dict[str, Any]:
    """Return the OpenAPI document."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "公文检索", "version": version, "description": PROMISE},
        "servers": [{"url": "/"}],
        "paths": {each.path: {"get": _describe(each)} for each in OPERATIONS},
        "components": {"schemas": {"Search": None} | SCHEMAS | _search_schemas()},
    }


def _describe(operation: Operation) -> dict[str, Any]:
    path = [each.to_json() | {"in": "path", "required": True} for each in operation.in_path]
    answers = {
        "200": {
            "description": operation.meaning,
            "headers": {"ETag": {"schema": _TEXT, "description": "回答的版本"}},
            "content": {"application/json": {"schema": _ref(operation.answer)}},
        },
        "304": {"description": "没有变化"},
        "400": _problem("参数有误"),
        "503": _problem("暂时不能检索"),
    }
    if operation.missing:
        answers["404"] = _problem(operation.missing)
    if operation.path.startswith("/api/v1/circulars/"):
        answers["410"] = _problem("文件已从库中移除")
    return {
        "operationId": operation.path.removeprefix("/api/v1/").translate(_NO_SIGNS),
        "summary": operation.meaning,
        "parameters": [*path, *(each.to_json() for each in operation.parameters)],
        "responses": dict(sorted(answers.items())),
    }


_NO_SIGNS: Final = str.maketrans({"/": "_", ".": "_", "{": "", "}": ""})


def _problem(meaning: str) -> dict[str, Any]:
    return {
        "description": meaning,
        "content": {"application/problem+json": {"schema": _ref("Problem")}},
    }


def _search_schemas() -> dict[str, Any]:
    """Return the schema of the answer to a search, its parts as components of their own."""
    raw = resources.files("webui").joinpath("schemas", "search.schema.json").read_text("utf-8")
    schema = json.loads(raw.replace("#/$defs/", "#/components/schemas/"))
    parts: dict[str, Any] = schema.pop("$defs")
    for key in ("$schema", "$id"):
        schema.pop(key)
    return {"Search": schema, **parts}
