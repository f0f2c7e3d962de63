import sys

import pytest

from domain.errors import ConfigurationError
from entrypoints.container.callers import build_limiter, build_tokens
from entrypoints.settings import Settings
from tests.unit.application.services import a_service

PLAIN = {"QUANTRAIL_LLM": "scripted", "QUANTRAIL_EMBEDDINGS": "memory", "QUANTRAIL_DATABASE_URL": "memory:"}
SECRET = "비밀은서른두바이트보다길어야한다"


def settings(**changes: str) -> Settings:
    return Settings.of({**PLAIN, **changes})


def refusal(**changes: str) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as refused:
        settings(**changes)
    return {violation.field: violation.message for violation in refused.value.violations}


@pytest.mark.parametrize(
    "url",
    [
        "valkey://127.0.0.1:6379/0", "valkeys://:pass@valkey.quant.kr:6380/1", "redis://valkey", "rediss://u:p@valkey/2",
        "unix:///run/valkey.sock", "valkey://[::1]:6379",
    ],
)  # fmt: skip
def test_a_valkey_is_named_by_its_address(url: str) -> None:
    assert settings(QUANTRAIL_VALKEY_URL=url).valkey_url == url


@pytest.mark.parametrize("url", ["127.0.0.1:6379", "http://valkey", "valkey://", "unix://", "valkey://[::1", "발키"])
def test_what_is_no_address_of_a_valkey_is_named(url: str) -> None:
    assert "valkey://HOST:PORT" in refusal(QUANTRAIL_VALKEY_URL=url)["QUANTRAIL_VALKEY_URL"]


def test_a_password_in_an_address_is_not_repeated() -> None:
    assert "hunter2" not in str(refusal(QUANTRAIL_VALKEY_URL="http://u:hunter2@valkey"))
    assert "hunter2" not in str(refusal(QUANTRAIL_JWT_JWKS_URL="ftp://u:hunter2@sso.quant.kr"))


@pytest.mark.parametrize(
    "url",
    ["https://sso.quant.kr/.well-known/jwks.json", "http://127.0.0.1:9/jwks", "http://localhost/k", "http://[::1]/"],
)
def test_the_keys_of_an_issuer_come_by_a_way_that_nobody_else_can_write_on(url: str) -> None:
    assert settings(QUANTRAIL_JWT_JWKS_URL=url).jwt_jwks_url == url


@pytest.mark.parametrize(
    "url",
    ["http://sso.quant.kr/jwks", "http://10.0.0.1/jwks", "file:///etc/jwks", "sso.quant.kr", "https://", "http://[x"],
)
def test_keys_that_somebody_else_could_put_there_are_refused(url: str) -> None:
    assert "https://" in refusal(QUANTRAIL_JWT_JWKS_URL=url)["QUANTRAIL_JWT_JWKS_URL"]


def test_a_secret_is_measured_in_bytes_and_never_repeated() -> None:
    assert settings(QUANTRAIL_JWT_SECRET=SECRET).jwt_secret == SECRET
    refused = refusal(QUANTRAIL_JWT_SECRET="열글자짜리비밀이에요")  # 30 bytes
    assert "at least 32 bytes" in refused["QUANTRAIL_JWT_SECRET"]
    assert "비밀" not in str(refused)


def test_what_would_be_of_no_use_is_named() -> None:
    assert set(refusal(QUANTRAIL_JWT_AUDIENCE="quantrail", QUANTRAIL_JWT_ISSUER="https://sso.quant.kr")) == {
        "QUANTRAIL_JWT_AUDIENCE",
        "QUANTRAIL_JWT_ISSUER",
    }
    like_a_token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl"
    assert settings(QUANTRAIL_ADMIN_KEY=like_a_token).admin_key == like_a_token
    assert (
        "shape of a token"
        in refusal(QUANTRAIL_ADMIN_KEY=like_a_token, QUANTRAIL_JWT_SECRET=SECRET)["QUANTRAIL_ADMIN_KEY"]
    )


@pytest.mark.parametrize(
    ("name", "value", "package"),
    [
        ("QUANTRAIL_JWT_SECRET", SECRET, "jwt"),
        ("QUANTRAIL_JWT_JWKS_URL", "https://sso.quant.kr/jwks", "jwt"),
        ("QUANTRAIL_VALKEY_URL", "valkey://127.0.0.1", "valkey"),
    ],
)
def test_a_package_that_is_not_installed_is_named_with_the_setting_that_needs_it(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, package: str
) -> None:
    for module in [
        one for one in sys.modules if one.partition(".")[0] == package or one.startswith(f"adapters.{package}")
    ]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, package, None)
    wanted, clock = settings(**{name: value}), a_service().clock
    with pytest.raises(ConfigurationError) as refused:
        (build_tokens(wanted, clock), build_limiter(wanted, clock))
    (violation,) = refused.value.violations
    assert violation.field == name
    assert f"quantrail[{package}]" in violation.message
