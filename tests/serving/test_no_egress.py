"""The rule that no test reaches another machine is in force, here and in processes started here."""

from __future__ import annotations

import socket
import subprocess
import sys

import pytest

ELSEWHERE = [("192.0.2.1", 80), ("2001:db8::1", 80), ("evil.example", 80)]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_no_test_can_reach_another_machine(address):
    with pytest.raises(OSError, match="beyond this machine"):
        socket.create_connection(address, timeout=1)


def test_datagrams_stay_here_too():
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(OSError, match="beyond this machine"),
    ):
        sender.sendto(b"x", ("192.0.2.1", 53))


def test_a_process_started_here_keeps_the_rule(tmp_path, monkeypatch):
    monkeypatch.setenv("GONGWEN_EGRESS_LOG", str(tmp_path / "egress"))
    reach = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"
    done = subprocess.run([sys.executable, "-c", reach], capture_output=True, check=False)
    assert b"beyond this machine" in done.stderr
    assert "192.0.2.1" in (tmp_path / "egress").read_text(encoding="utf-8")


def test_this_machine_can_be_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with socket.create_connection(address, timeout=5) as reached:
            assert reached.getpeername() == address
