"""What docs/compose.yaml says can be run: its settings, commands, services and files exist."""

import re

import pytest
import yaml

from rag.cli.parser import make_parser
from rag.config import load_config
from rag.index.store import store_of
from rag.ui.server import check_address
from tests.conftest import ROOT

COMPOSE = yaml.safe_load((ROOT / "docs" / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
OURS = ["app-1", "app-2", "build"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_have_settings_and_commands_that_exist(name):
    environment = dict(SERVICES[name]["environment"])
    assert environment["RAG_PUBLIC_NAME"] == "${PUBLIC_NAME:?}"
    config = load_config(environment=environment | {"RAG_PUBLIC_NAME": "news.example"})

    store_of(config)
    check_address(config.host, public_name=config.public_name)
    assert config.store == "milvus"
    assert re.fullmatch(r"http://(\w+):19530", config.store_url)[1] in SERVICES
    assert SERVICES[name]["command"][:3] == ["python", "-m", "rag"]
    make_parser().parse_args(SERVICES[name]["command"][3:])


def test_our_services_share_corpus_and_index_and_nothing_else():
    mounts = [
        dict(reversed(mount.split(":")) for mount in SERVICES[name]["volumes"]) for name in OURS
    ]
    settings = SERVICES["app-1"]["environment"]

    for place in ("RAG_CORPUS", "RAG_INDEX"):
        assert len({mount[settings[place]] for mount in mounts}) == 1
    assert len({mount[settings["RAG_HOME"]] for mount in mounts}) == len(OURS)
    assert {volume for mount in mounts for volume in mount.values()} <= set(COMPOSE["volumes"])


def test_the_image_is_made_of_files_that_are_there():
    copied = re.findall(r"requirements[\w-]*\.txt", SERVICES["app-1"]["build"]["dockerfile_inline"])

    assert "requirements-milvus.txt" in copied
    assert all((ROOT / name).is_file() for name in copied)


def test_the_proxy_asks_the_login_and_leads_to_every_app_server():
    rules = COMPOSE["configs"]["caddyfile"]["content"]

    assert "forward_auth login:4180" in rules
    assert re.search(r"reverse_proxy app-1:8501 app-2:8501", rules)
    assert load_config(environment={}).port == 8501
    assert "ports" not in {key for name in SERVICES if name != "proxy" for key in SERVICES[name]}


def test_the_server_is_of_the_version_that_its_client_is():
    pinned = re.search(r"pymilvus==(\d+)", (ROOT / "requirements-milvus.txt").read_text("utf-8"))

    assert SERVICES["milvus"]["image"].startswith(f"milvusdb/milvus:v{pinned[1]}.")
