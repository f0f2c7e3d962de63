"""One double a module, one client a test: a client belongs to its event loop."""

from collections.abc import AsyncIterator, Iterator

import pytest
from openai import AsyncOpenAI

from adapters.openai.client import openai_client
from tests.doubles.process import OpenAIDouble, openai_double


@pytest.fixture(scope="module")
def running_double(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenAIDouble]:
    with openai_double(tmp_path_factory.mktemp("double")) as double:
        yield double


@pytest.fixture
def double(running_double: OpenAIDouble) -> OpenAIDouble:
    """All is well with it, whatever an earlier test asked for."""
    running_double.behave()
    return running_double


@pytest.fixture
async def client(double: OpenAIDouble) -> AsyncIterator[AsyncOpenAI]:
    made = openai_client(api_key=double.api_key, base_url=double.base_url)
    yield made
    await made.close()
