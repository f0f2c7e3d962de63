import time
from collections.abc import AsyncIterator
from pathlib import Path

import jwt
import pytest

from tests.doubles.issuer import issuing, rsa_signer
from tests.http.service import Caller, Service, service

OWN, KEYS, BUILD, AUDIT = (
    "/api/v1/backtests",
    "/api/v1/admin/keys",
    "/api/v1/strategy-builder",
    "/api/v1/admin/audit",
)
SECRET = "플랫폼의-비밀-열쇠-그리고-더-긴-말"
ISSUER, AUDIENCE = "https://sso.quant.kr", "quantrail"


def claims(**changes: object) -> dict[str, object]:
    return {"sub": "김민지", "exp": int(time.time()) + 3600, "iss": ISSUER, "aud": AUDIENCE, **changes}


def bearing(running: Service, **changes: object) -> Caller:
    """Somebody with a token of the platform."""
    return Caller(http=running.http, key=jwt.encode(claims(**changes), SECRET, algorithm="HS256"))


@pytest.fixture
async def accepting(tmp_path: Path) -> AsyncIterator[Service]:
    said = {"QUANTRAIL_JWT_SECRET": SECRET, "QUANTRAIL_JWT_ISSUER": ISSUER, "QUANTRAIL_JWT_AUDIENCE": AUDIENCE}
    async with service(tmp_path, **said) as started:
        yield started


async def test_the_user_of_a_token_is_its_sub_and_works_on_their_own_things(accepting: Service) -> None:
    minji = bearing(accepting)
    assert (await minji.ask("POST", BUILD, {"request": "GOOG에서 RSI 14가 30 아래면 매수"})).is_success
    (entry,) = (await minji.get("/api/v1/gen-ai/usage/entries"))["entries"]
    assert entry["user_id"] == "김민지"
    assert (await bearing(accepting, sub="이준").get("/api/v1/gen-ai/usage/entries"))["entries"] == []


async def test_keys_are_accepted_beside_tokens(accepting: Service) -> None:
    await accepting.admin.get(KEYS)
    await (await accepting.user("민지")).get(OWN)


@pytest.mark.parametrize(("roles", "status"), [([], 403), (["service"], 403), ("user admin", 200), (["root"], 403)])
async def test_the_roles_of_a_token_are_its_roles(accepting: Service, roles: object, status: int) -> None:
    await bearing(accepting, roles=roles).get(KEYS, status)


async def test_a_token_with_the_role_acts_for_others_and_the_trail_says_whose_it_was(accepting: Service) -> None:
    platform = bearing(accepting, sub="platform", roles=["service"])
    assert (await platform.ask("GET", OWN, headers={"X-User-Id": "minji"})).status_code == 200
    assert (await bearing(accepting).ask("GET", OWN, headers={"X-User-Id": "minji"})).status_code == 403
    boss = bearing(accepting, sub="boss", roles="admin")
    await boss.post(KEYS, {"user_id": "준", "roles": ["user"]}, 201)
    assert (await boss.get(AUDIT))["entries"][0]["key_id"] == "jwt:boss"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "unusable"),
        ({"sub": None}, "unusable"),
        ({"nbf": int(time.time()) + 3600}, "not-yet-valid"),
        ({"aud": "portal"}, "unverified"),
        ({"iss": "https://elsewhere"}, "unverified"),
    ],
)
async def test_a_token_that_does_not_hold_is_401_and_says_why(
    accepting: Service, changes: dict[str, object], reason: str
) -> None:
    given = {name: value for name, value in claims(**changes).items() if value is not None}
    caller = Caller(http=accepting.http, key=jwt.encode(given, SECRET, algorithm="HS256"))
    answer = await caller.ask("GET", OWN)
    assert (answer.status_code, answer.json()["reason"]) == (401, reason)
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_token_of_somebody_else_is_401(accepting: Service) -> None:
    for key in (
        jwt.encode(claims(), "a secret of somebody else, long enough", algorithm="HS256"),
        rsa_signer().token(claims()),
    ):
        await Caller(http=accepting.http, key=key).get(OWN, 401)


async def test_the_keys_of_an_issuer_are_fetched_and_its_outage_is_503(tmp_path: Path) -> None:
    signer = rsa_signer()
    with issuing(signer.jwk()) as issuer:
        async with service(tmp_path, QUANTRAIL_JWT_JWKS_URL=issuer.url) as running:
            assert issuer.asked == 0
            issuer.status = 500
            token = signer.token({"sub": "김민지", "exp": int(time.time()) + 3600})
            answer = await Caller(http=running.http, key=token).ask("GET", OWN)
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:quantrail:problem:issuer-unavailable")
            assert answer.headers["retry-after"] == "10"
        issuer.status = 200
        async with service(tmp_path, QUANTRAIL_JWT_JWKS_URL=issuer.url) as running:
            for _ in range(5):
                await Caller(http=running.http, key=token).get(OWN)
            assert issuer.asked == 2
