"""One chat server with the API switched on, over the demo corpus and its real index."""

import pytest

from rag.api.token import token_of
from tests.api.served import Api
from tests.conftest import ROOT
from tests.ui.chat_server import ChatServer


@pytest.fixture(scope="session")
def chat(demo_index, tmp_path_factory):
    """Return the server."""
    folder = tmp_path_factory.mktemp("api")
    settings = {"index": demo_index, "corpus": ROOT / "corpus", "api": True}
    server = ChatServer(folder, **settings).start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def api(chat):
    """Return what sends requests to it, with the token."""
    return Api(chat.url, token_of(chat.folder / "home"))
