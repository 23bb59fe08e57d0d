"""Where Streamlit's secrets configure a login, a visitor is who the provider let in.

The provider itself is left out: what it ends in, Streamlit's own signed cookie, is made here.
"""

import json
from socket import create_connection

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import (
    create_signed_value,
    generate_xsrf_token_string,
)
from websockets.sync.client import connect

from rag.records import Filters
from rag.ui.conversations import Conversation, Exchange, new_id
from rag.ui.shelf import shelf_of
from rag.ui.visitors import COOKIE, OWNER, new_visitor, signer_of, visitor_named
from tests.ui.answers import NEXT, answer_to
from tests.ui.chat_server import REPO, ChatServer

SECRET = "a-cookie-secret-that-is-long-enough-for-tests"  # noqa: S105 - of this test alone
ISSUER = "https://login.example"
QUESTION = "How many berths does Norrhamn have?"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("login")
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://news.example/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        f'client_id = "a"\nclient_secret = "b"\nserver_metadata_url = "{ISSUER}/x"\n'
    )
    started = ChatServer(
        folder,
        launcher=REPO / "tests" / "ui" / "answers_app.py",
        flags=[f"--secrets.files={secrets}"],
        public_name="news.example",
    ).start()
    yield started
    started.stop()


def drawn(server, *, conversation="", subject="", cookie=""):
    """Return all that one run of the script sends to who has logged in as `subject`, if any."""
    token = generate_xsrf_token_string()
    cookies = [f"_streamlit_xsrf={token}", *([f"{COOKIE}={cookie}"] if cookie else [])]
    if subject:
        claims = {"origin": server.url, "is_logged_in": True, "iss": ISSUER, "sub": subject}
        name = "_streamlit_user"
        signed = create_signed_value(SECRET, name, json.dumps(claims)).decode()
        cookies.append(f"{name}={signed}")
    came = b""
    with connect(
        f"ws://{server.host}/_stcore/stream",
        sock=create_connection(("127.0.0.1", server.port)),
        additional_headers={"Cookie": "; ".join(cookies)},
        origin=server.url,
        subprotocols=["streamlit", token],
        max_size=None,
    ) as socket:
        state = ClientState(query_string=f"c={conversation}")
        socket.send(BackMsg(rerun_script=state).SerializeToString())
        while True:
            data = socket.recv(timeout=120)
            came += data
            if ForwardMsg.FromString(data).WhichOneof("type") == "script_finished":
                return came


def test_who_has_not_logged_in_sees_the_login_and_nothing_else_the_owner_needs_none(server):
    signer = signer_of(server.folder / "home")

    stranger = drawn(server, cookie=signer.cookie(new_visitor()))
    owner = drawn(server, cookie=signer.cookie(OWNER))

    assert b"Log in to ask the articles" in stranger
    assert NEXT[0].encode() not in stranger
    assert NEXT[0].encode() in owner


def test_a_conversation_is_drawn_for_the_subject_who_had_it_on_whatever_browser(server):
    shelf = shelf_of(server.folder / "home", visitor_named(ISSUER, "ada"))
    answer = answer_to(QUESTION)
    kept = shelf.conversations.new(QUESTION)
    exchange = Exchange(new_id(), QUESTION, Filters(), kept.created, "answered", answer)
    shelf.conversations.save(Conversation(kept.id, kept.title, kept.created, (exchange,)))
    signer = signer_of(server.folder / "home")

    said = answer.sentences[0].text.encode()
    assert said in drawn(server, conversation=kept.id, subject="ada")
    assert said in drawn(
        server, conversation=kept.id, subject="ada", cookie=signer.cookie(new_visitor())
    )
    other = drawn(server, conversation=kept.id, subject="bob")
    assert said not in other
    assert NEXT[0].encode() in other
