"""The API behind a real HTTP server in a thread, and plain requests to it."""

import contextlib
import json
import threading
import time
import urllib.error
import urllib.request

import uvicorn
from starlette.applications import Starlette

from rag.api.routes import api_routes
from rag.api.token import token_of
from rag.ui.layers import layers


@contextlib.contextmanager
def served(assistant, home, *, config=None, **limits):
    """Serve an assistant's API on a port of its own, behind the layers of `config` if given."""
    from rag.api.answering import Answering

    answering = Answering(lambda: assistant, **limits)
    routes = api_routes(answering, home=home)
    app = Starlette(routes=routes, middleware=layers(config) if config else [])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    token_of(home)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield Api(f"http://localhost:{port}", token_of(home), answering)
    finally:
        server.should_exit = True
        thread.join(10)


class Api:
    """Requests with the token; the body of the reply comes back as JSON where it is that."""

    def __init__(self, url, token, answering=None):
        self.url, self.token, self.answering = url, token, answering

    def open(self, path, body=None, *, method=None, timeout=60, **headers):
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        given = {"Authorization": f"Bearer {self.token}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        request = urllib.request.Request(self.url + path, data, given, method=method)  # noqa: S310
        return urllib.request.urlopen(request, timeout=timeout)  # noqa: S310 - ours

    def __call__(self, path, body=None, **options):
        """Return the status and the body of a reply."""
        try:
            with self.open(path, body, **options) as reply:
                return reply.status, _read(reply.read())
        except urllib.error.HTTPError as error:
            with error:
                return error.code, _read(error.read())

    def events(self, path, body):
        """Return the events of a stream, each as its name and its data."""
        with self.open(path, body) as reply:
            assert reply.headers["content-type"].startswith("text/event-stream")
            blocks = reply.read().decode().split("\n\n")
        found = [dict(line.split(": ", 1) for line in b.splitlines()) for b in blocks if b]
        return [(each.get("event", ""), _read(each["data"].encode())) for each in found]


def _read(data):
    try:
        return json.loads(data)
    except ValueError:
        return data.decode()
