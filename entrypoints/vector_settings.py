"""Where each vector store may be, as the environment says it."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

VECTOR_STORES = ("chroma", "chroma-http", "qdrant", "pgvector", "memory")
WEB = ("http", "https")
CHROMA_QUERY = {"tenant", "database"}
ACCEPTED = {
    "chroma-http": "http://HOST:PORT or https://HOST:PORT, with ?tenant= and ?database= where they are not the default",
    "qdrant": "http://HOST:PORT, https://KEY@HOST:PORT, or the path of a folder for its embedded mode",
    "pgvector": "postgresql://…; needed where QUANTRAIL_DATABASE_URL is no PostgreSQL",
}


def is_no_place_of(kind: str, place: str, *, database_url: str) -> bool:
    """Whether that store can not be there; an empty place is one that was not given."""
    if kind == "chroma-http":
        return not _is_web(place) or not _asks_only(place, CHROMA_QUERY)
    if kind == "qdrant":
        return not (_is_web(place) or is_folder_of(kind, place))
    if kind == "pgvector":
        return not (place or database_url).startswith("postgresql://")
    return False


def is_folder_of(kind: str, place: str) -> bool:
    """Whether the store is embedded in a folder that the place names."""
    return kind == "qdrant" and bool(place) and "://" not in place and not Path(place).expanduser().is_file()


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in WEB and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _asks_only(url: str, names: set[str]) -> bool:
    asked = parse_qs(urlsplit(url).query, keep_blank_values=True)
    return asked.keys() <= names and all(len(values) == 1 and values[0] for values in asked.values())
