"""What went wrong with the answer model, as one sentence of ours.

E-LLM-001 no key         002 key refused      003 too slow          004 empty reply
      005 nothing in it is in the articles    006 it cites passages that do not exist
      007 not reachable  008 busy             009 server error      010 package missing
      011 unknown model  012 broke off        013 refused           014 request refused
      015 no GGUF file that can be run

The server's own message is foreign text and is not repeated.
"""

from __future__ import annotations

import re

from rag.errors import AnswerModelError

INSTEAD = "The articles' own sentences are shown instead."
"""Ends the reason of every answer that another answerer gave."""

_PACKAGE = re.compile(r"pip install ([\w.-]+(?:\[[\w,-]+\])?)")
_NO_KEY = re.compile(r"api[_ ]?key|credential|access token|_TOKEN\b", re.IGNORECASE)


def failure_of(error: Exception, *, name: str, url: str) -> AnswerModelError:
    """Return the sentence for an exception of LangChain, a provider's package or the network."""
    if isinstance(error, AnswerModelError):
        return error
    code, sentence = _known(error, name, url) or _by_status(error, name, url)
    return AnswerModelError(code, sentence)


def _known(error: Exception, name: str, url: str) -> tuple[str, str] | None:
    from langchain_core import exceptions as known  # noqa: PLC0415 - heavy

    where = _where(name, url)
    if isinstance(error, known.ModelTimeoutError | TimeoutError):
        return "E-LLM-003", (
            f"{where} did not reply in time. Ask again, or raise answer_model_timeout_s."
        )
    if isinstance(error, known.ModelConnectionError | ConnectionError):
        return "E-LLM-007", f"{where} cannot be reached. Start it, or check answer_model_url."
    if isinstance(error, ImportError):
        found = _PACKAGE.search(str(error))
        package = found[1] if found else "langchain"
        return "E-LLM-010", (
            f'The answer model "{name}" needs a package. Install it with: pip install {package}'
        )
    if isinstance(error, ValueError) and "provider" in str(error):
        return "E-LLM-011", (
            f'"{name}" names no provider that LangChain knows. Set answer_model to '
            '"provider:model", such as "openai:gpt-4o-mini", or give answer_model_url.'
        )
    if _status(error) is None and _NO_KEY.search(str(error)):
        return "E-LLM-001", (
            f'The answer model "{name}" needs an API key. Set {_key_variable(name)} in the '
            "environment."
        )
    return None


def _by_status(error: Exception, name: str, url: str) -> tuple[str, str]:
    where, status = _where(name, url), _status(error)
    if status in {401, 403}:
        return "E-LLM-002", (
            f"{where} refused the API key (HTTP {status}). Check {_key_variable(name)}."
        )
    if status == 404:  # noqa: PLR2004 - the HTTP status
        return "E-LLM-011", f"{where} does not exist (HTTP 404). Check answer_model and its URL."
    if status == 429:  # noqa: PLR2004 - the HTTP status
        return "E-LLM-008", f"{where} has no capacity or quota left (HTTP 429). Ask again later."
    if status is not None and status >= 500:  # noqa: PLR2004 - the HTTP status
        return "E-LLM-009", f"{where} failed (HTTP {status}). Ask again later."
    if status is not None:
        return "E-LLM-014", (
            f"{where} did not accept the request (HTTP {status}). Check answer_model, or choose "
            "fewer hits."
        )
    return "E-LLM-009", (
        f"{where} sent something that is no reply ({type(error).__name__}). Check answer_model_url."
    )


def _where(name: str, url: str) -> str:
    return f'The answer model "{name}"' + (f' at "{url}"' if url else "")


def _status(error: Exception) -> int | None:
    status = getattr(error, "status_code", None)
    return status if isinstance(status, int) else None


def _key_variable(name: str) -> str:
    provider = name.partition(":")[0] if ":" in name else "openai"
    return f"{re.sub(r'[^A-Z0-9]+', '_', provider.upper())}_API_KEY"
