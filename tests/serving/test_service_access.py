"""Who may come in, what is written down, and how the service says that it is well."""

from __future__ import annotations

import base64
import json
import logging
import re
import shutil
import time

import pytest

from corpus.audit import AUDIT_FILE
from corpus.library import Library
from webui.access import AccessRules, digest_of, read_rights, read_tokens
from webui.cli_serve import ServeOptions, names_of, own_addresses, serve_pages
from webui.health import say_stopping
from webui.json_log import ACCESS, JsonLines, dump_line
from webui.statuses import MistakenRequestError

TOKEN = "一个足够长的口令-0123456789"
WITH_TOKEN = AccessRules(frozenset({digest_of(TOKEN)}))


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def test_a_token_opens_the_pages_as_password_or_as_bearer(serve):
    plain = "abcdefghijklmnop"
    with serve(rules=AccessRules(frozenset({digest_of(TOKEN), digest_of(plain)}))) as service:
        assert service.get("/", Authorization=basic("谁", TOKEN)).status == 200
        assert service.get("/", Authorization=f"Bearer {plain}").status == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer ", "Bearer wrong", basic("谁", "错"), "Basic ???", "Digest x=1", "口"]
)
def test_without_the_token_nothing_is_shown(serve, given):
    with serve(rules=WITH_TOKEN) as service:
        headers = {"Authorization": given.encode().decode("latin-1")} if given else {}
        for path in (
            "/",
            "/search?q=a",
            "/static/gongwen.css",
            "/api/v1/suggest",
            "/metrics",
            "/x",
        ):
            answer = service.get(path, **headers)
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"].startswith("Basic")
            assert "云港" not in answer.body


def test_a_supervisor_needs_no_token(serve):
    with serve(rules=WITH_TOKEN) as service:
        assert json.loads(service.get("/healthz").body) == {"alive": True}
        assert json.loads(service.get("/readyz").body)["ready"] is True


def test_the_gateway_names_who_comes(serve):
    with serve(rules=AccessRules(user_header="X-Remote-User")) as service:
        assert service.get("/").status == 403
        assert "统一入口" in service.get("/").body
        assert service.get("/", X_Remote_User="zhang.san").status == 200


def test_with_both_the_gateway_must_prove_itself(serve):
    rules = AccessRules(WITH_TOKEN.tokens, "X-Remote-User")
    with serve(rules=rules) as service:
        assert service.get("/", X_Remote_User="zhang.san").status == 401
        assert service.get("/", Authorization=basic("", TOKEN)).status == 403
        both = {"Authorization": basic("", TOKEN), "X_Remote_User": "zhang.san"}
        assert service.get("/", **both).status == 200


def test_a_token_file_is_read_only_where_it_is_private_and_strong(tmp_path):
    path = tmp_path / "口令"
    path.write_text(f"# 入口\n{TOKEN}\n\n", encoding="utf-8")
    path.chmod(0o600)
    assert read_tokens(str(path)) == {digest_of(TOKEN): frozenset()}
    path.chmod(0o640)
    with pytest.raises(MistakenRequestError, match="chmod 600"):
        read_tokens(str(path))
    path.chmod(0o600)
    path.write_text("太短", encoding="utf-8")
    with pytest.raises(MistakenRequestError, match="不少于 16 字"):
        read_tokens(str(path))
    with pytest.raises(MistakenRequestError, match="--token-file"):
        read_tokens(str(tmp_path / "无"))


def test_what_somebody_may_see_is_written_behind_the_name(tmp_path):
    path = tmp_path / "权限"
    path.write_text(
        f"{TOKEN} => 内部、人事\n管理员-0123456789-0123 => 全部\n普通人-0123456789-0123\n",
        encoding="utf-8",
    )
    path.chmod(0o600)
    everybody = {
        TOKEN: {"内部", "人事"},
        "管理员-0123456789-0123": None,
        "普通人-0123456789-0123": set(),
    }
    assert read_rights(str(path)) == everybody
    assert read_tokens(str(path)) == {digest_of(name): seen for name, seen in everybody.items()}
    path.write_text("张三 => 内部,人事\n", encoding="utf-8")
    with pytest.raises(MistakenRequestError, match="顿号"):
        read_rights(str(path))


def test_the_gateway_tells_users_and_groups_apart(serve, filled_library, tmp_path):
    shutil.copytree(filled_library, tmp_path / "库")
    with Library.open(tmp_path / "库") as library:
        held = library.circular_ids()[0]
        library.collect(held, "内部")
    rules = AccessRules(
        WITH_TOKEN.tokens,
        "X-User",
        "X-Groups",
        {"李": frozenset({"内部"}), "@法规处": frozenset({"内部"}), digest_of(TOKEN): None},
    )
    seen = {("李", ""): 200, ("王", ""): 404, ("王", "办公室, 法规处"): 200, ("法规处", "李"): 404}
    seen["@法规处", ""] = 404  # who signs up under such a name is in no group for that
    with serve(rules=rules, folder=tmp_path / "库") as service:
        for (user, groups), status in seen.items():
            given = {"X_User": user.encode().decode("latin-1"), "Authorization": basic("", TOKEN)}
            given |= {"X_Groups": groups.encode().decode("latin-1")} if groups else {}
            assert service.get(f"/d/{held}/", **given).status == status
    with serve(folder=tmp_path / "库") as service:  # no rules: nobody is kept out
        assert service.get(f"/d/{held}/").status == 200


def test_no_cache_keeps_what_one_visitor_was_shown(serve):
    with serve(rules=AccessRules(user_header="X-User")) as service:
        for path in (
            "/",
            "/search?q=a",
            "/search.csv?q=a",
            "/api/v1/search",
            "/static/gongwen.css",
        ):
            for given in ({}, {"X_User": "a"}):
                kept = service.get(path, **given).headers["Cache-Control"]
                assert {"private", "no-cache"} <= set(kept.split(", "))
        assert "no-store" in service.get("/healthz").headers["Cache-Control"]


def test_rights_of_users_need_users(tmp_path):
    rights = tmp_path / "权限"
    rights.touch(0o600)
    for given in ({"group_header": "X-Groups"}, {"rights_file": str(rights)}):
        with pytest.raises(MistakenRequestError, match="--user-header"):
            serve_pages(str(tmp_path), ServeOptions(**given))


def test_a_header_alone_is_not_believed_from_the_network(tmp_path):
    options = ServeOptions(host="0.0.0.0", user_header="X-Remote-User")
    with pytest.raises(MistakenRequestError, match="--token-file"):
        serve_pages(str(tmp_path), options)


def test_forwarded_headers_count_only_from_the_hops_there_are(serve, caplog):
    caplog.set_level(logging.INFO, logger=ACCESS)
    forged = {"X_Forwarded_For": "6.6.6.6, 10.1.1.1", "X_Forwarded_Host": "127.0.0.1"}
    with serve() as service:
        service.get("/help", **forged)
    with serve(proxy_hops=1) as service:
        service.get("/help", **forged)
    clients = [record.facts["client"] for record in caplog.records if record.name == ACCESS]
    assert clients == ["127.0.0.1", "10.1.1.1"]


def test_every_answer_and_its_line_share_an_id(serve, caplog):
    caplog.set_level(logging.INFO, logger=ACCESS)
    with serve() as service:
        answer = service.get(
            "/search?q=%E5%86%9C%0A%E8%B5%84" + "a" * 900, X_Request_ID="forged-id-1"
        )
    assert answer.headers["X-Request-ID"] != "forged-id-1"
    (said,) = [each for each in caplog.records if each.name == ACCESS]
    line = json.loads(JsonLines().format(said))
    assert line["path"] == "/search"
    assert line["status"] == 400
    assert line["query"].startswith("q=农\n资a")
    assert len(line["query"]) == 201


def test_the_id_of_our_own_gateway_is_kept(serve):
    with serve(proxy_hops=1) as service:
        assert service.get("/", X_Request_ID="abcdef-123").headers["X-Request-ID"] == "abcdef-123"
        assert service.get("/", X_Request_ID="<b>").headers["X-Request-ID"] != "<b>"


@pytest.mark.parametrize(
    "hostile", ["\n", "\r", "\x00", "\x1b[31m", "\u202e", "\u2028", "\x85", "\ud800", "\U000e0041"]
)
def test_no_line_of_the_log_can_be_broken_or_turned(hostile):
    line = dump_line({"query": f"一{hostile}二"})
    assert line.isprintable()
    assert json.loads(line) == {"query": f"一{hostile}二"}


def test_metrics_speak_the_language_of_prometheus(serve):
    with serve() as service:
        service.get("/help")
        service.get("/nowhere")
        text = service.get("/metrics").body
    assert 'gongwen_requests_total{endpoint="pages.help_page",status="200"} 1' in text
    assert 'gongwen_requests_total{endpoint="none",status="404"} 1' in text
    assert "gongwen_ready 1" in text
    (started,) = re.findall(r"^process_start_time_seconds (\S+)$", text, re.MULTILINE)
    assert 0 <= time.time() - float(started) < 60  # not rounded to hours
    for line in text.splitlines():
        assert line.startswith("# TYPE ") or float(line.rpartition(" ")[2]) >= 0


def test_ready_tells_the_truth(serve, filled_library, tmp_path):
    with serve() as service:
        assert service.get("/readyz").status == 200
        say_stopping(service.app)
        assert service.get("/readyz").status == 503
        assert service.get("/healthz").status == 200
    shutil.copytree(filled_library, tmp_path / "库")
    shutil.rmtree(tmp_path / "库" / "index")
    with serve(folder=tmp_path / "库") as service:
        answer = service.get("/readyz")
        assert answer.status == 503
        assert "索引" in json.loads(answer.body)["reason"]
        page = service.get("/search?q=a").body + service.get("/api/v1/search?q=a").body
        assert str(tmp_path) not in page + answer.body


def test_the_audit_says_who_brought_in_and_took_out(tmp_path, repository):
    from corpus.ingest import add_paths

    sample = repository / "corpus" / "samples" / "yungang-2018-44.txt"
    with Library.open(tmp_path, create=True) as library:
        add_paths(library, [sample], on_result=lambda _: None)
        add_paths(library, [sample], on_result=lambda _: None)  # nothing new, no line
        (held,) = library.circular_ids()
        library.remove(held)
        library.restore(held)
    lines = [json.loads(line) for line in (tmp_path / AUDIT_FILE).read_text().splitlines()]
    assert [line["action"] for line in lines] == ["add", "remove", "restore"]
    assert lines[0]["file"] == sample.name
    assert {line["id"] for line in lines} == {held}
    assert (tmp_path / AUDIT_FILE).stat().st_mode & 0o077 == 0


def test_this_machine_knows_its_names_without_a_name_server():
    assert "127.0.0.1" in own_addresses()
    assert names_of("127.0.0.1", ()) == ["127.0.0.1", "localhost", "[::1]"]
    assert "127.0.0.1" in names_of("0.0.0.0", ("gongwen.example",))
