"""The service under rude clients: it refuses in Chinese, loses no thread and cuts no answer."""

from __future__ import annotations

import socket
import threading
import time

import pytest
from flask import Flask

from indexer.opensearch_connection import INDEX_VARIABLE
from tests.serving.conftest import PATIENCE, read_answer
from webui.admission import Slots, admit_requests
from webui.errors import OverloadedError
from webui.limits import ServeLimits

HOST = b"Host: 127.0.0.1\r\n"
CLOSE = b"Connection: close\r\n"


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET / HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n", 200),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\n" + CLOSE + b"\r\n", 400),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99000000\r\n" + CLOSE + b"\r\n", 413),
        (b"POST /help HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\n" + CLOSE + b"\r\n", 405),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\n" + CLOSE + b"\r\n", 200),
        (b"GET /nowhere HTTP/1.1\r\n" + HOST + CLOSE + b"\r\n", 404),
        (b"GET  HTTP/1.1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n\r\n", 501),
    ],
)
def test_what_cannot_be_answered_is_refused_with_a_status_and_all_headers(serve, request_, status):
    with serve() as service:
        answer = service.send(request_)
        assert answer.status == status
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Traceback" not in answer.body


def test_a_request_that_never_ends_is_answered_408(serve):
    with serve(ServeLimits(request_time=0.5)) as service:
        answer = service.send(b"GET / HTTP/1.1\r\n" + HOST)
        assert answer.status == 408
        assert "没有按时发完" in answer.body
        assert service.get("/help").status == 200


def test_a_reader_who_never_reads_keeps_no_thread(serve):
    limits = ServeLimits(idle_time=1, unread_bytes=64 * 1024)
    with serve(limits) as service:
        # More connections than threads, each asking for far more than the buffers hold.
        greedy = []
        for _ in range(limits.threads + 4):
            stream = socket.socket()
            stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            stream.connect(("127.0.0.1", service.port))
            stream.sendall((b"GET /static/gongwen.css HTTP/1.1\r\n" + HOST + b"\r\n") * 40)
            greedy.append(stream)
        assert service.get("/healthz").status == 200
        for stream in greedy:
            stream.close()


def test_answers_under_way_are_finished_when_the_service_stops(serve):
    begun, go_on = threading.Event(), threading.Event()
    with serve() as service:

        @service.app.get("/slow")
        def slow():
            begun.set()
            go_on.wait(PATIENCE)
            return "完" * 100_000

        with socket.create_connection(("127.0.0.1", service.port), timeout=PATIENCE) as stream:
            stream.sendall(b"GET /slow HTTP/1.1\r\n" + HOST + b"\r\n")
            assert begun.wait(PATIENCE)
            service.server.stop()
            time.sleep(0.7)  # the door is closed by now
            go_on.set()
            answer = read_answer(stream)
    assert answer.status == 200
    assert answer.headers["Connection"] == "close"
    assert len(answer.body) == 100_000


def test_more_than_can_be_served_is_asked_to_come_back(serve):
    go_on, entered = threading.Event(), threading.Semaphore(0)
    limits = ServeLimits(slots=1, queue=1, wait=PATIENCE)
    with serve(limits) as service:

        @service.app.get("/slow")
        def slow():
            entered.release()
            go_on.wait(PATIENCE)
            return "完"

        answers = []
        threads = [
            threading.Thread(target=lambda: answers.append(service.get("/slow"))) for _ in range(3)
        ]
        threads[0].start()
        assert entered.acquire(timeout=PATIENCE)
        for thread in threads[1:]:
            thread.start()
        while not answers:
            time.sleep(0.01)
        assert service.get("/healthz").status == 200
        assert service.get("/static/gongwen.css").status == 200
        assert "gongwen_requests_waiting 1" in service.get("/metrics").body
        go_on.set()
        for thread in threads:
            thread.join(PATIENCE)
    refused, *served = answers
    assert refused.status == 503
    assert refused.headers["Retry-After"] == "2"
    assert str(OverloadedError()) in refused.body
    assert [one.status for one in served] == [200, 200]


def test_a_greedy_client_gets_its_share_and_no_more():
    slots = Slots(slots=4, queue=4, wait=0)
    assert slots.enter("一个")
    greedy = slots.enter("另一个")
    assert slots.enter("另一个")
    assert not slots.enter("另一个")  # two clients, four slots
    assert slots.enter("一个")
    slots.leave(greedy)
    assert slots.enter("另一个")


def test_one_office_behind_one_address_may_use_every_slot():
    slots = Slots(slots=4, queue=4, wait=0)
    assert all(slots.enter("10.0.0.1") for _ in range(4))
    assert not slots.enter("10.0.0.1")


def test_a_client_that_went_quiet_leaves_its_share_to_the_others():
    now = [0.0]
    slots = Slots(slots=2, queue=2, wait=0, clock=lambda: now[0])
    slots.leave(slots.enter("一个"))
    assert slots.enter("另一个")
    assert not slots.enter("另一个")
    now[0] = 60.0
    assert slots.enter("另一个")


def test_the_next_is_let_in_when_the_one_before_has_ended_or_had_its_turn():
    now = [0.0]
    slots = Slots(slots=3, queue=4, wait=0, turn=1, clock=lambda: now[0])
    first = slots.enter("一个")
    assert not slots.enter("另一个")
    slots.leave(first)
    assert slots.enter("另一个")
    now[0] = 0.9
    assert not slots.enter("一个")
    now[0] = 1.0
    assert slots.enter("一个")
    now[0] = 9.0
    assert slots.busy == (2, 0)


def wait_until(holds):
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.001)


class Callers:
    """Clients that wait for a slot, each in a thread; who came in, in order."""

    def __init__(self, slots):
        self.slots = slots
        self.tickets = {}
        self.threads = {}

    def start(self, name, client, waiting):
        def ask():
            self.tickets[name] = self.slots.enter(client)

        self.threads[name] = threading.Thread(target=ask, daemon=True)
        self.threads[name].start()
        wait_until(lambda: self.slots.busy[1] == waiting)

    def ended(self, name):
        self.threads[name].join(PATIENCE)
        return self.tickets[name]


def test_the_queue_sends_away_who_has_most_waiting():
    slots = Slots(slots=1, queue=2, wait=PATIENCE)
    other = slots.enter("别人")
    callers = Callers(slots)
    callers.start("甲一", "甲", 1)
    callers.start("甲二", "甲", 2)
    callers.start("乙一", "乙", 2)

    assert callers.ended("甲二") is None
    slots.leave(other)
    slots.leave(callers.ended("甲一"))
    assert callers.ended("乙一")


def test_those_that_wait_take_turns():
    slots = Slots(slots=1, queue=9, wait=PATIENCE)
    running = slots.enter("甲")
    callers = Callers(slots)
    for waiting, name in enumerate(("甲一", "甲二", "甲三", "乙一", "乙二"), start=1):
        callers.start(name, name[0], waiting)
    order = []
    while len(order) < len(callers.threads):
        slots.leave(running)
        wait_until(lambda: len(callers.tickets) > len(order))
        (name,) = callers.tickets.keys() - order
        order.append(name)
        running = callers.ended(name)

    assert order == ["甲一", "乙一", "甲二", "乙二", "甲三"]


def test_newcomers_do_not_keep_a_regular_from_the_next_page():
    now = [0.0]
    slots = Slots(slots=1, queue=9, wait=PATIENCE, clock=lambda: now[0])
    running = slots.enter("常客")
    callers = Callers(slots)
    for place, name in enumerate(("常客", "新客一", "新客二"), start=1):
        now[0] = place
        callers.start(name, name, place)
    slots.leave(running)

    assert callers.ended("常客")


def test_who_waits_comes_in_when_the_turn_before_is_over():
    slots = Slots(slots=2, queue=1, wait=PATIENCE, turn=0.1)
    began = time.monotonic()

    assert slots.enter("甲")
    assert slots.enter("乙")
    assert slots.busy == (2, 0)
    assert 0.1 <= time.monotonic() - began < PATIENCE / 2


def test_a_slot_that_comes_free_during_a_turn_is_taken_after_it():
    slots = Slots(slots=2, queue=2, wait=PATIENCE, turn=0.05)
    slow = [slots.enter("甲"), slots.enter("乙")]
    time.sleep(0.1)  # both have had their turns
    callers = Callers(slots)
    callers.start("丙", "丙", 1)
    callers.start("丁", "丁", 2)
    began = time.monotonic()
    for one in slow:
        slots.leave(one)  # the first lets one in, whose turn the second falls into

    assert callers.ended("丙")
    assert callers.ended("丁")
    assert time.monotonic() - began < PATIENCE / 2


def test_as_many_at_once_as_may_be_worked_on_and_wait():
    slots = Slots(slots=4, queue=3, wait=PATIENCE, turn=PATIENCE)
    running = slots.enter("10.0.0.1")
    callers = Callers(slots)
    for waiting in range(1, 7):
        callers.start(waiting, "10.0.0.1", waiting)

    assert not slots.enter("10.0.0.1")
    assert slots.busy == (1, 6)
    for number in range(1, 7):  # in the order of their arrival
        slots.leave(running)
        running = callers.ended(number)


def test_nobody_waits_for_a_turn_where_a_cluster_answers(monkeypatch):
    monkeypatch.setenv(INDEX_VARIABLE, "opensearch+http://127.0.0.1:9/gongwen")
    slots = admit_requests(Flask("nothing"), ServeLimits(turn=PATIENCE, wait=0))

    assert all(slots.enter("10.0.0.1") for _ in range(ServeLimits().slots))
