"""The environment as one frozen value, read once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from domain.daily_tokens import DAILY_TOKENS_PREFIX
from domain.errors import ConfigurationError, Violation
from domain.text import did_you_mean
from domain.token import looks_like_token
from entrypoints.vector_settings import ACCEPTED, VECTOR_STORES, is_folder_of, is_no_place_of

VECTOR_STORE_URL = "QUANTRAIL_VECTOR_STORE_URL"
CHAT_PROVIDERS = ("auto", "openai", "local", "scripted")
EMBEDDING_PROVIDERS = ("auto", "openai", "local", "memory")
DATABASES = ("sqlite:///PATH", "postgresql://…", "memory:")
MAX_PORT = 65_535
MAX_DAILY_TOKENS = 10**15
DAILY_TOKENS_TIMEZONE = "QUANTRAIL_DAILY_TOKENS_TIMEZONE"
PREFIX = "QUANTRAIL_"
LOG_LEVELS = ("INFO", "DEBUG", "WARNING", "ERROR")
VALKEY_SCHEMES = ("valkey", "valkeys", "redis", "rediss", "unix")
LEAST_SECRET_BYTES = 32
"""Of a secret that signs tokens: anyone who sees one token can try shorter ones at leisure."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment asks for; `auto` is resolved already."""

    data_dir: Path
    database_url: str
    vector_store: str
    llm: str
    embeddings: str
    vector_store_url: str | None = None
    openai_api_key: str | None = None
    openai_base_url: str | None = None
    config: Path | None = None
    admin_key: str | None = None
    host: str = "127.0.0.1"
    port: int = 8080
    valkey_url: str | None = None
    jwt_secret: str | None = None
    jwt_jwks_url: str | None = None
    jwt_audience: str | None = None
    jwt_issuer: str | None = None
    log_file: Path | None = None
    log_level: str = "INFO"
    daily_tokens: Mapping[str, int] = field(default_factory=dict)
    """Limits a model, by the variable that states each."""
    daily_tokens_timezone: str = "UTC"

    @property
    def keeps_files(self) -> bool:
        """Whether one process has to own what is stored: the data folder, or one that an embedded store is given."""
        embedded = self.vector_store == "chroma" or is_folder_of(self.vector_store, self.vector_store_url or "")
        return embedded or self.database_url.startswith("sqlite")

    @property
    def names_vector_store(self) -> str:
        """The variable that says where the vectors are, be it unset."""
        if self.vector_store_url is not None:
            return VECTOR_STORE_URL
        return "QUANTRAIL_DATABASE_URL" if self.vector_store == "pgvector" else "QUANTRAIL_VECTOR_STORE"

    @staticmethod
    def of(environment: Mapping[str, str]) -> "Settings":
        """The settings of an environment. Raises: ConfigurationError, one line for each value that cannot be used."""
        reader = _Reader(environment)
        key = reader.text("OPENAI_API_KEY")
        hosted = "openai" if key else "local"
        llm = reader.choice("QUANTRAIL_LLM", CHAT_PROVIDERS)
        embeddings = reader.choice("QUANTRAIL_EMBEDDINGS", EMBEDDING_PROVIDERS)
        data_dir = reader.folder("QUANTRAIL_DATA_DIR", default="./data")
        settings = Settings(
            data_dir=data_dir,
            database_url=reader.database(data_dir),
            vector_store=reader.choice("QUANTRAIL_VECTOR_STORE", VECTOR_STORES),
            vector_store_url=reader.vector_store_url(),
            llm=hosted if llm == "auto" else llm,
            embeddings=hosted if embeddings == "auto" else embeddings,
            openai_api_key=key,
            openai_base_url=reader.text("OPENAI_BASE_URL"),
            config=reader.file("QUANTRAIL_CONFIG"),
            admin_key=reader.admin_key(),
            host=reader.text("QUANTRAIL_HOST") or "127.0.0.1",
            port=reader.number("QUANTRAIL_PORT", default=8080, low=0, high=MAX_PORT),
            valkey_url=reader.valkey(),
            jwt_secret=reader.jwt_secret(),
            jwt_jwks_url=reader.jwks_url(),
            jwt_audience=reader.text("QUANTRAIL_JWT_AUDIENCE"),
            jwt_issuer=reader.text("QUANTRAIL_JWT_ISSUER"),
            log_file=reader.new_file("QUANTRAIL_LOG_FILE"),
            log_level=reader.choice("QUANTRAIL_LOG_LEVEL", LOG_LEVELS),
            daily_tokens=reader.daily_tokens(),
            daily_tokens_timezone=reader.time_zone(DAILY_TOKENS_TIMEZONE),
        )
        reader.number("QUANTRAIL_WORKERS", default=1, low=1, high=1)
        reader.check_rest(settings)
        return settings


class _Reader:
    """Reads variables and remembers which cannot be used, so that all of them are named at once."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._violations: list[Violation] = []
        self._asked: set[str] = set()

    def text(self, name: str) -> str | None:
        self._asked.add(name)
        return self._environment.get(name, "").strip() or None

    def refuse(self, name: str, accepted: str, *, secret: bool = False) -> None:
        value = "(hidden)" if secret else repr(self._environment.get(name, ""))
        self._violations.append(Violation(field=name, message=f"{value} cannot be used; accepted: {accepted}"))

    def choice(self, name: str, accepted: Sequence[str]) -> str:
        value = self.text(name) or accepted[0]
        if value not in accepted:
            self.refuse(name, ", ".join(accepted))
        return value

    def number(self, name: str, *, default: int, low: int, high: int) -> int:
        value = self.text(name)
        if value is None:
            return default
        if value.isascii() and value.isdigit() and low <= int(value) <= high:
            return int(value)
        self.refuse(name, f"a whole number from {low} to {high}" if high > low else f"{low} in this version")
        return default

    def daily_tokens(self) -> dict[str, int]:
        """The limits by variable; which model each means is for those to say who know the models."""
        named = sorted(name for name in self._environment if name.startswith(DAILY_TOKENS_PREFIX))
        for name in named:
            if not self.text(name):  # a limit that somebody meant to set, and an empty variable would drop
                self.refuse(name, f"a whole number from 1 to {MAX_DAILY_TOKENS}; leave it out for no limit")
        return {name: self.number(name, default=0, low=1, high=MAX_DAILY_TOKENS) for name in named if self.text(name)}

    def time_zone(self, name: str) -> str:
        value = self.text(name) or "UTC"
        if value != "UTC" and value not in available_timezones():
            self.refuse(
                name, f"the name of a time zone, such as Asia/Seoul{did_you_mean(value, available_timezones())}"
            )
        return value

    def file(self, name: str) -> Path | None:
        value = self.text(name)
        if value is not None and not Path(value).is_file():
            self.refuse(name, "the path of a YAML file that exists")
        return Path(value) if value else None

    def new_file(self, name: str) -> Path | None:
        value = self.text(name)
        path = Path(value).expanduser().absolute() if value else None
        if path is not None and (path.is_dir() or not path.parent.is_dir()):
            self.refuse(name, "the path of a file in a folder that exists")
        return path

    def folder(self, name: str, *, default: str) -> Path:
        path = Path(self.text(name) or default).expanduser().absolute()
        if path.exists() and not path.is_dir():
            self.refuse(name, "the path of a folder, which need not exist")
        return path

    def admin_key(self, least: int = 16) -> str | None:
        value = self.text("QUANTRAIL_ADMIN_KEY")
        if value is not None and (len(value) < least or not value.isascii() or " " in value):
            self.refuse("QUANTRAIL_ADMIN_KEY", f"at least {least} ASCII characters with no blank", secret=True)
        return value

    def database(self, data_dir: Path) -> str:
        value = self.text("QUANTRAIL_DATABASE_URL") or f"sqlite:///{data_dir / 'quantrail.db'}"
        known = value == "memory:" or value.startswith(("sqlite:///", "postgresql://"))
        if not known or value == "sqlite:///":
            self.refuse("QUANTRAIL_DATABASE_URL", ", ".join(DATABASES), secret="@" in value)
        return value

    def vector_store_url(self) -> str | None:
        kind, value = self.text("QUANTRAIL_VECTOR_STORE") or "", self.text(VECTOR_STORE_URL)
        database = self.text("QUANTRAIL_DATABASE_URL") or ""
        if is_no_place_of(kind, value or "", database_url=database):
            self.refuse(VECTOR_STORE_URL, ACCEPTED[kind], secret="@" in (value or ""))
        return value

    def valkey(self) -> str | None:
        value = self.text("QUANTRAIL_VALKEY_URL")
        if value is not None and not _is_url(value, VALKEY_SCHEMES):
            self.refuse(
                "QUANTRAIL_VALKEY_URL", "valkey://HOST:PORT/NUMBER, valkeys://…, unix://PATH", secret="@" in value
            )
        return value

    def jwt_secret(self) -> str | None:
        value = self.text("QUANTRAIL_JWT_SECRET")
        if value is not None and len(value.encode("utf-8", "surrogateescape")) < LEAST_SECRET_BYTES:
            self.refuse("QUANTRAIL_JWT_SECRET", f"at least {LEAST_SECRET_BYTES} bytes", secret=True)
        return value

    def jwks_url(self) -> str | None:
        value = self.text("QUANTRAIL_JWT_JWKS_URL")
        if value is not None and not (_is_url(value, ("https",)) or _is_on_this_machine(value)):
            accepted = "https://…, or http://… on a loopback address: whoever can change the answer can be anybody"
            self.refuse("QUANTRAIL_JWT_JWKS_URL", accepted, secret="@" in value)
        return value

    def check_rest(self, settings: Settings) -> None:
        for name, why in self._without_use(settings):
            self._violations.append(Violation(field=name, message=why))
        if "openai" in (settings.llm, settings.embeddings) and settings.openai_api_key is None:
            missing = Violation(field="OPENAI_API_KEY", message="is unset, and QUANTRAIL_LLM or _EMBEDDINGS needs it")
            self._violations.append(missing)
        for name in sorted(name for name in self._environment if name.startswith(PREFIX)):
            if name not in self._asked:
                near = get_close_matches(name, self._asked, n=1)
                hint = f"; did you mean {near[0]}?" if near else ""
                self._violations.append(Violation(field=name, message=f"there is no such setting{hint}"))
        if self._violations:
            raise ConfigurationError(*self._violations)

    def _without_use(self, settings: Settings) -> Iterator[tuple[str, str]]:
        """What is set and would not do what whoever set it thinks."""
        if settings.vector_store in {"chroma", "memory"} and settings.vector_store_url is not None:
            yield VECTOR_STORE_URL, f"is of no use with QUANTRAIL_VECTOR_STORE={settings.vector_store}"
        if settings.jwt_secret is None and settings.jwt_jwks_url is None:
            for name in ("QUANTRAIL_JWT_AUDIENCE", "QUANTRAIL_JWT_ISSUER"):
                if self.text(name):
                    yield name, "is of no use without QUANTRAIL_JWT_SECRET or QUANTRAIL_JWT_JWKS_URL"
        elif settings.admin_key is not None and looks_like_token(settings.admin_key):
            yield "QUANTRAIL_ADMIN_KEY", "has the shape of a token, and would be taken for one; choose another"


def _is_url(text: str, schemes: Sequence[str]) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname or (parts.scheme == "unix" and parts.path))
    except ValueError:
        return False


def _is_on_this_machine(url: str) -> bool:
    host = urlsplit(url).hostname if _is_url(url, ("http",)) else None
    try:
        return host == "localhost" or (host is not None and ip_address(host).is_loopback)
    except ValueError:
        return False
