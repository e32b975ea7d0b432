"""What went wrong, for a person or a program: one table from error class to status.

Every answer says in Chinese what happened and what to do. Pages get a page; `/api/` and `.json`
get RFC 9457 problem details.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, current_app, has_app_context, request
from werkzeug.exceptions import HTTPException, SecurityError

from corpus.errors import (
    GongwenError,
    LibraryBusyError,
    LibraryError,
    LibraryFullError,
    LibraryMissingError,
    LibraryTooNewError,
)
from indexer.errors import (
    IndexBusyError,
    IndexDamagedError,
    IndexerError,
    IndexMissingError,
    IndexStaleError,
)
from search.errors import QuestionError
from webui.writing import answer_page, encode

if TYPE_CHECKING:
    from flask import Flask
    from werkzeug.wrappers import Response as BaseResponse

REPORT = logging.getLogger("gongwen.webui")
_T = TypeVar("_T")


class WebError(GongwenError):
    """Something about an address or a page."""


class BadParameterError(WebError):
    """A parameter of the address has a value it cannot have; `field` names it."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(name, why)
        self.field = name
        self.why = why

    def __str__(self) -> str:
        return f"参数 {self.field} 有误：{self.why}。"


class NotHeldError(WebError):
    """A circular that the address names is not in the library."""

    def __init__(self, circular_id: str) -> None:
        super().__init__(circular_id)
        self.circular_id = circular_id

    def __str__(self) -> str:
        return f"库中没有这份文件：{self.circular_id}。"


class UnknownParagraphError(WebError):
    """The circular is held, and never had the paragraph that the address names."""

    def __init__(self, circular_id: str, title: str) -> None:
        super().__init__(circular_id, title)
        self.circular_id = circular_id
        self.title = title

    def __str__(self) -> str:
        return f"没有找到这一段。原文件仍在：{self.title}"


class RemovedError(WebError):
    """What the address names was removed on purpose."""

    def __init__(self, what: str, circular_id: str = "", title: str = "") -> None:
        super().__init__(what, circular_id, title)
        self.what = what
        self.circular_id = circular_id
        self.title = title

    def __str__(self) -> str:
        still = f"原文件仍在：{self.title}" if self.title else "原来的内容不再提供。"
        return f"{self.what}已从库中移除。{still}"


class NotInMatrixError(WebError):
    """An agency that the address names has no part in anything this matrix shows."""

    def __init__(self, agency_id: str, title: str, url: str) -> None:
        super().__init__(agency_id, title, url)
        self.agency_id = agency_id
        self.title = title
        self.url = url

    def __str__(self) -> str:
        return f"这里没有该单位的任务：{self.agency_id}。"


class UnknownFormatError(WebError):
    """The ending of an address names a file format that we do not write."""

    def __init__(self, ending: str, known: tuple[str, ...]) -> None:
        super().__init__(ending, known)
        self.ending = ending
        self.known = known

    def __str__(self) -> str:
        return f"没有“{self.ending}”这种格式。可用：{'、'.join(self.known)}。"


class OverloadedError(WebError):
    """The service has as many requests as it can bear; the same one will be answered later."""

    def __str__(self) -> str:
        return "现在访问的人太多。请稍等几秒再试。"


class TokenError(WebError):
    """The service asks for a token, and the request brought none of ours."""

    def __str__(self) -> str:
        return "请输入口令。用户名可以随意填写。"


class NotSignedInError(WebError):
    """The gateway in front of the service named nobody."""

    def __str__(self) -> str:
        return "没有登录，或没有经过统一入口。请从单位的统一入口访问。"


# Most particular first: the first class that fits decides.
STATUS: tuple[tuple[type[GongwenError], int], ...] = (
    (QuestionError, 400),
    (BadParameterError, 400),
    (NotHeldError, 404),
    (UnknownParagraphError, 404),
    (NotInMatrixError, 404),
    (UnknownFormatError, 404),
    (RemovedError, 410),
    (TokenError, 401),
    (NotSignedInError, 403),
    (OverloadedError, 503),
    (IndexerError, 503),
    (LibraryError, 503),
    (GongwenError, 500),
)
COMMANDS: tuple[tuple[type[GongwenError], str], ...] = (
    (IndexMissingError, "gongwen index"),
    (IndexDamagedError, "gongwen index --rebuild"),
    (IndexStaleError, "gongwen index --rebuild"),
    (LibraryMissingError, "gongwen add 文件夹"),
)
TITLES = {
    400: "请求有误",
    401: "需要口令",
    403: "不能访问",
    404: "没有找到",
    405: "不支持这种请求方式",
    410: "已经移除",
    413: "请求太大",
    500: "出错了",
    503: "暂时不能检索",
}
# What a page says instead of the error's own text, which names places on the server.
PUBLIC: tuple[tuple[type[GongwenError], str], ...] = (
    (IndexMissingError, "还没有索引，暂时不能检索。"),
    (IndexDamagedError, "索引已损坏，暂时不能检索。文件库未受影响。"),
    (IndexStaleError, "索引已过时，需要重建。文件库未受影响。"),
    (IndexBusyError, "索引正在更新。"),
    (LibraryMissingError, "还没有公文库。请先入库。"),
    (LibraryTooNewError, "公文库由更新版本的 gongwen 写成。请管理员升级 gongwen。"),
    (LibraryFullError, "公文库所在磁盘已满。请管理员腾出空间。"),
    (LibraryBusyError, "另一个程序正在写入公文库。"),
    (LibraryError, "公文库打不开。请管理员运行 gongwen check 查看原因。"),
    (IndexerError, "索引打不开。请管理员运行 gongwen check 查看原因。"),
)
RETRY_SECONDS: tuple[tuple[type[GongwenError], int], ...] = ((OverloadedError, 2),)
USUAL_RETRY = 10
KEEPER = "gongwen.index_keeper"
DETAILS = {
    400: "这个请求的写法有误，无法处理。",
    404: "没有这个页面。地址可能抄错了，或少了一截。",
    405: "这个地址只能查看，不能提交。",
    413: "提交的内容太大。检索和查看都不需要提交文件。",
    500: "程序出了错，这次没有做成。文件库未受影响。",
}


@dataclass(frozen=True, slots=True)
class Link:
    """A way on from an error page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Fault:
    """An error as the reader is told it."""

    status: int
    title: str
    detail: str
    advice: tuple[str, ...] = ()
    command: str = ""
    links: tuple[Link, ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    retry: int = USUAL_RETRY  # seconds, where the same request will be answered later


def fault_of(error: GongwenError) -> Fault:
    """Return what to tell about one of our own errors."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    command = _first(COMMANDS, error, "")
    if isinstance(error, IndexerError) and _keeps_index():
        command = ""
    return Fault(
        status=status,
        title=TITLES[status],
        detail=_first(PUBLIC, error, str(error)),
        retry=_first(RETRY_SECONDS, error, USUAL_RETRY),
        advice=_advice_on(error),
        command=command,
        links=_links_from(error),
        extra=_extra_of(error, command),
    )


def _first(table: tuple[tuple[type[GongwenError], _T], ...], error: GongwenError, other: _T) -> _T:
    """Return what a table says of the first class that fits."""
    return next((said for kind, said in table if isinstance(error, kind)), other)


def _keeps_index() -> bool:
    """Tell whether the service builds the index by itself."""
    return has_app_context() and KEEPER in current_app.extensions


def _advice_on(error: GongwenError) -> tuple[str, ...]:
    if isinstance(error, IndexerError) and _keeps_index():
        return ("服务正在自动建立索引，完成后刷新本页即可；文件目录和已有的链接照常可用。",)
    match error:
        case NotHeldError():
            return ("它可能还没有入库，或编号抄错了。可按标题或文号检索，或查看文件目录。",)
        case IndexMissingError() | IndexDamagedError() | IndexStaleError():
            return ("请在装有公文库的机器上运行下面的命令，完成后刷新本页。",)
        case IndexBusyError() | LibraryBusyError():
            return ("稍等片刻再刷新本页即可。",)
        case _:
            return ()


def _links_from(error: GongwenError) -> tuple[Link, ...]:
    if isinstance(error, UnknownParagraphError | RemovedError) and error.title:
        return (Link("查看原文件", f"/d/{error.circular_id}/"),)
    if isinstance(error, NotInMatrixError):
        return (Link("看整张矩阵", error.url),)
    if isinstance(error, NotHeldError):
        return (Link("查看文件目录", "/circulars"),)
    return ()


def _extra_of(error: GongwenError, command: str) -> dict[str, Any]:
    extra: dict[str, Any] = {}
    if isinstance(error, QuestionError | BadParameterError):
        extra["field"] = error.field
    if isinstance(error, QuestionError) and error.position is not None:
        extra["position"] = error.position
    if command:
        extra["command"] = command
    return extra


def answer_fault(fault: Fault) -> Response:
    """Return the error as a page, or as problem details where a program asked."""
    if wants_json():
        response = answer_problem(fault)
    elif request.routing_exception is not None and isinstance(
        request.routing_exception, SecurityError
    ):
        # No address can be built for a host that is not trusted, so no page of ours either.
        response = Response(f"{fault.title}：{fault.detail}\n", mimetype="text/plain")
    else:
        response = answer_page("error.html", fault=fault)
    response.status_code = fault.status
    if fault.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(fault.retry)
    if fault.status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Basic realm="gongwen", charset="UTF-8"'
    return response


def answer_problem(fault: Fault) -> Response:
    """Return the error as RFC 9457 problem details."""
    problem = {"type": "about:blank", "title": fault.title, "status": fault.status}
    mend = f"请运行 {fault.command}。" if fault.command else ""
    problem |= {"detail": fault.detail + mend} | fault.extra
    return Response(
        encode(json.dumps(problem, ensure_ascii=False) + "\n"),
        status=fault.status,
        content_type="application/problem+json; charset=utf-8",
    )


def wants_json() -> bool:
    """Tell whether the address asked for is one that programs use."""
    return request.path.startswith("/api/") or request.path.endswith(".json")


def answer_our_error(error: GongwenError) -> Response:
    """Answer one of our own errors with its status and Chinese text."""
    fault = fault_of(error)
    if fault.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        REPORT.warning("%s: %s", type(error).__name__, error)
    return answer_fault(fault)


def answer_http_error(error: HTTPException) -> BaseResponse:
    """Answer what the framework refused: unknown address, method, size, host."""
    status = HTTPStatus(error.code or 500)
    if status < HTTPStatus.BAD_REQUEST:
        return error.get_response(request.environ)
    family = 500 if status >= HTTPStatus.INTERNAL_SERVER_ERROR else 400
    detail = DETAILS.get(status, DETAILS[family])
    if isinstance(error, SecurityError):
        detail = "这个主机名不在允许的名单里。请用服务启动时显示的地址访问。"
    fault = Fault(int(status), TITLES.get(status, TITLES[family]), detail)
    response = answer_fault(fault)
    for name, value in error.get_headers():
        if name == "Allow":
            response.headers["Allow"] = value
    return response


def answer_unforeseen(error: Exception) -> Response:
    """Answer a mistake of ours: the log gets the trace, the reader a plain sentence."""
    REPORT.error("unforeseen error at %s", request.path, exc_info=error)
    advice = ("请刷新重试；若仍出现，请把地址和时间告诉管理员。",)
    return answer_fault(Fault(500, TITLES[500], DETAILS[500], advice))


def handle_errors(app: Flask) -> None:
    """Give the app its error pages."""
    app.register_error_handler(GongwenError, answer_our_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(Exception, answer_unforeseen)
