"""A client that says nothing, or a byte at a time, is cut; who talks is served meanwhile."""

import asyncio
import socket
import threading
import time

import pytest

from rag.ui import slow_clients
from tests.ui.chat_server import ChatServer, raw

CUT_WITHIN_S = 10
PACE_S = 0.5
HEAD = b"GET /_stcore/health HTTP/1.1\r\nHost: localhost:%d\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = ChatServer(tmp_path_factory.mktemp("slow")).start()
    yield started
    started.stop()


def joined(port):
    return socket.create_connection(("127.0.0.1", port), timeout=CUT_WITHIN_S * 3)


def answered(port):
    """Return a connection on which one request has been answered."""
    connection = joined(port)
    connection.sendall(HEAD % port + b"\r\n")
    while b"ok" not in connection.recv(4096):
        pass
    return connection


def held(connection, trickle):
    """Return how many seconds a connection lives while bytes trickle in."""
    began = time.monotonic()
    connection.settimeout(PACE_S)
    sent = iter(trickle)
    while time.monotonic() - began < CUT_WITHIN_S * 3:
        try:
            connection.sendall(bytes([next(sent, 0)]) if trickle else b"")
            if connection.recv(4096) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    connection.close()
    return time.monotonic() - began


def test_whoever_keeps_the_server_waiting_is_cut_within_ten_seconds(server):
    head = HEAD % server.port + b"X-Slow: " + b"x" * 100
    clients = {
        "says nothing": (joined(server.port), b""),
        "a byte at a time": (joined(server.port), head),
        "idle after an answer": (answered(server.port), b""),
        "a byte at a time after an answer": (answered(server.port), head),
    }
    lived = {}

    def hold(name, connection, trickle):
        lived[name] = held(connection, trickle)

    threads = [threading.Thread(target=hold, args=(n, *each)) for n, each in clients.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(lived) == set(clients)
    assert {name: s for name, s in lived.items() if s > CUT_WITHIN_S} == {}


def test_more_slow_clients_than_are_kept_lock_nobody_out(server):
    slow = [joined(server.port) for _ in range(slow_clients.MOST_CONNECTIONS + 60)]
    for each in slow:
        each.sendall(b"GET / HTTP/1.1\r\n")

    served = [raw(server.port, f"localhost:{server.port}", None)[0] for _ in range(20)]
    for each in slow:
        each.settimeout(CUT_WITHIN_S * 2)
        try:
            assert each.recv(1) == b""
        except ConnectionResetError:
            """Cut, too."""
        each.close()

    assert served == [200] * 20


def test_an_open_tab_stays(server):
    own = f"localhost:{server.port}"
    with joined(server.port) as connection:
        lines = [f"GET /_stcore/stream HTTP/1.1\r\nHost: {own}\r\nOrigin: http://{own}"]
        lines += ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13"]
        lines += ["Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "", ""]
        connection.sendall("\r\n".join(lines).encode())
        began = connection.recv(4096)
        connection.settimeout(CUT_WITHIN_S + 1)
        try:
            rest = connection.recv(4096)
        except TimeoutError:
            rest = b"nothing, and open"

    assert b" 101 " in began
    assert rest != b""


def test_one_tab_too_many_is_asked_to_try_again_later_and_may_when_one_closes(monkeypatch):
    monkeypatch.setattr(slow_clients, "MOST_SOCKETS", 1)
    closed = asyncio.Event()
    sent = []

    async def app(scope, receive, send):
        await send({"type": "websocket.accept"})
        await closed.wait()

    async def receive():
        return {"type": "websocket.connect"}

    async def send(message):
        sent.append(message)

    async def join(limit):
        joining = asyncio.create_task(limit({"type": "websocket"}, receive, send))
        await asyncio.sleep(0)
        return joining

    async def three_tabs():
        limit = slow_clients.SocketLimit(app)
        first, second = await join(limit), await join(limit)
        closed.set()
        await asyncio.gather(first, second)
        await (await join(limit))

    asyncio.run(three_tabs())

    accepted = {"type": "websocket.accept"}
    assert sent == [accepted, {"type": "websocket.close", "code": 1013}, accepted]
