import ast

import pytest

from tests.architecture.source_tree import SOURCE_PACKAGES, dotted, names_of_imports, parsed

SDK_CLIENTS = {"OpenAI", "AsyncOpenAI", "AzureOpenAI", "AsyncAzureOpenAI", "BedrockOpenAI", "AsyncBedrockOpenAI"}
SDK_ALIASES = {"Client", "AsyncClient"}
SDK_TRANSPORTS = {"DefaultHttpxClient", "DefaultAsyncHttpxClient", "DefaultAioHttpClient"}
HTTP_CLIENTS = {"httpx.Client", "httpx.AsyncClient", "httpx2.Client", "httpx2.AsyncClient", "aiohttp.ClientSession"}
COMPOSITION_ROOT, SDK_FOLDER = "entrypoints/container/", "adapters/openai/"
ON_THE_WIRE = "adapters/openai/relay.py"
"""Passes requests on as they are: the SDK would take them apart and put them together again."""
OTHER_CLIENTS = ("entrypoints/cli/", "adapters/jwt/", "adapters/chroma/")
"""Folders that ask somebody else than a provider: the service itself, the issuer of tokens, a Chroma server."""


def _makes_openai_client(name: str) -> bool:
    package, _, last = name.rpartition(".")
    is_sdk = package == "openai" or package.startswith("openai.")
    return last in SDK_CLIENTS | SDK_TRANSPORTS or (is_sdk and last in SDK_ALIASES)


def made(tree: ast.AST) -> set[str]:
    """Client classes that are called, or handed on to be called; annotations and `isinstance` are neither."""
    names = names_of_imports(tree)
    found: set[str] = set()
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if dotted(call.func, names) == "isinstance":
            continue
        found |= {dotted(node, names) for node in [call.func, *call.args, *(word.value for word in call.keywords)]}
    return {name for name in found if _makes_openai_client(name) or name in HTTP_CLIENTS}


def breaches(sources: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Files that make a client where none may be made; all of them when the OpenAI client has two makers."""
    clients = {path: names for path, tree in sources.items() if (names := made(tree))}
    openai = {path: names for path, names in clients.items() if any(map(_makes_openai_client, names))}
    allowed = {path for path in openai if path.startswith((COMPOSITION_ROOT, SDK_FOLDER))}
    allowed |= {path for path in clients if path.startswith(OTHER_CLIENTS) and path not in openai}
    allowed |= {path for path, names in clients.items() if path == ON_THE_WIRE and names == {"aiohttp.ClientSession"}}
    if len(openai) > 1:
        return openai
    return {path: names for path, names in clients.items() if path not in allowed}


def test_one_module_makes_the_openai_client() -> None:
    assert breaches(dict(parsed(*SOURCE_PACKAGES))) == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("application/metering.py", "import openai\nclient = openai.OpenAI()"),
        ("adapters/sql/ledger.py", "from openai import AsyncOpenAI as Quick\nQuick(api_key='k')"),
        ("entrypoints/http/app.py", "from openai import AsyncAzureOpenAI\nAsyncAzureOpenAI()"),
        ("entrypoints/http/app.py", "import openai as sdk\nsdk.AsyncClient()"),
        ("entrypoints/cli/serve.py", "from openai import AsyncOpenAI\nprovide(AsyncOpenAI)"),
        ("entrypoints/settings.py", "from openai import DefaultAioHttpClient\nDefaultAioHttpClient()"),
        ("adapters/e5/embedder.py", "import httpx\nhttpx.AsyncClient()"),
        ("adapters/openai/chat_model.py", "import aiohttp\naiohttp.ClientSession()"),
    ],
)
def test_a_client_made_elsewhere_is_found(path: str, source: str) -> None:
    assert set(breaches({path: ast.parse(source)})) == {path}


def test_two_makers_are_one_too_many() -> None:
    maker = ast.parse("from openai import AsyncOpenAI\nAsyncOpenAI()")
    assert len(breaches({f"{COMPOSITION_ROOT}models.py": maker, "adapters/openai/client.py": maker})) == 2


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (f"{COMPOSITION_ROOT}models.py", "from openai import AsyncOpenAI\nproviders.Singleton(AsyncOpenAI)"),
        ("adapters/openai/client.py", "import openai\nopenai.AsyncOpenAI(http_client=openai.DefaultAioHttpClient())"),
        ("adapters/openai/chat_model.py", "from openai import AsyncOpenAI\nclient: AsyncOpenAI"),
        ("entrypoints/cli/usage.py", "import httpx\nhttpx.Client()"),
        ("adapters/jwt/signing_keys.py", "import httpx\nhttpx.AsyncClient()"),
    ],
)
def test_the_one_maker_and_its_users_are_allowed(path: str, source: str) -> None:
    assert breaches({path: ast.parse(source)}) == {}
