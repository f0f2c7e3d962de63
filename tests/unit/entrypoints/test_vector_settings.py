from pathlib import Path

import pytest

from domain.errors import ConfigurationError
from entrypoints.settings import Settings

STORE, URL = "QUANTRAIL_VECTOR_STORE", "QUANTRAIL_VECTOR_STORE_URL"
POSTGRESQL = "postgresql://quant@db.example/quant"


def settings(folder: Path, **environment: str) -> Settings:
    chosen = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory", "QUANTRAIL_DATA_DIR": str(folder)}
    return Settings.of(chosen | environment)


@pytest.mark.parametrize(
    ("kind", "place"),
    [
        ("chroma-http", "http://chroma.example:8000"),
        ("chroma-http", "https://chroma.example/under/a/path?tenant=quant&database=research"),
        ("qdrant", "http://[::1]:6333"),
        ("qdrant", "https://a-key@qdrant.example:6333"),
        ("qdrant", "./벡터"),
        ("pgvector", POSTGRESQL),
    ],
)
def test_a_store_is_where_its_url_says(tmp_path: Path, kind: str, place: str) -> None:
    read = settings(tmp_path, **{STORE: kind, URL: place})
    assert (read.vector_store, read.vector_store_url, read.names_vector_store) == (kind, place, URL)


@pytest.mark.parametrize(
    ("kind", "place", "accepted"),
    [
        ("chroma-http", "", "http://HOST:PORT"),
        ("chroma-http", "chroma.example:8000", "http://HOST:PORT"),
        ("chroma-http", "http://", "http://HOST:PORT"),
        ("chroma-http", "http://chroma.example:port", "http://HOST:PORT"),
        ("chroma-http", "http://chroma.example?user=x", "tenant="),
        ("chroma-http", "http://chroma.example?tenant=a&tenant=b", "tenant="),
        ("chroma-http", "/a/path", "http://HOST:PORT"),
        ("qdrant", "", "the path of a folder"),
        ("qdrant", "qdrant://host", "the path of a folder"),
        ("qdrant", "https://", "the path of a folder"),
        ("qdrant", __file__, "the path of a folder"),
        ("pgvector", "", "needed where QUANTRAIL_DATABASE_URL is no PostgreSQL"),
        ("pgvector", "mysql://host/x", "postgresql://"),
        ("chroma", "http://chroma.example", "is of no use with QUANTRAIL_VECTOR_STORE=chroma"),
        ("memory", "/a/path", "is of no use with QUANTRAIL_VECTOR_STORE=memory"),
    ],
)
def test_a_url_that_the_store_cannot_use_stops_the_start_by_name(
    tmp_path: Path, kind: str, place: str, accepted: str
) -> None:
    with pytest.raises(ConfigurationError, match=f"^{URL}: ") as refused:
        settings(tmp_path, **{STORE: kind, URL: place})
    assert accepted in str(refused.value)


def test_a_url_with_a_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="hidden") as refused:
        settings(tmp_path, **{STORE: "pgvector", URL: "mysql://quant:a-password@db.example/quant"})
    assert "a-password" not in str(refused.value)


def test_pgvector_is_in_the_database_of_the_service_where_nothing_else_is_said(tmp_path: Path) -> None:
    read = settings(tmp_path, QUANTRAIL_DATABASE_URL=POSTGRESQL, **{STORE: "pgvector"})
    assert (read.vector_store_url, read.names_vector_store) == (None, "QUANTRAIL_DATABASE_URL")


@pytest.mark.parametrize(
    ("kind", "place", "owned"),
    [
        ("chroma", "", True),
        ("qdrant", "a/folder", True),
        ("qdrant", "http://qdrant.example", False),
        ("chroma-http", "http://chroma.example", False),
        ("pgvector", POSTGRESQL, False),
        ("memory", "", False),
    ],
)
def test_an_embedded_store_has_one_owner_and_a_server_many_users(
    tmp_path: Path, kind: str, place: str, *, owned: bool
) -> None:
    read = settings(tmp_path, QUANTRAIL_DATABASE_URL=POSTGRESQL, **{STORE: kind, URL: place})
    assert read.keeps_files is owned
