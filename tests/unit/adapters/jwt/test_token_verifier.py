import base64
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from adapters.jwt.signing_keys import FRESH_SECONDS, OUTAGE_SECONDS, PAUSE_SECONDS, IssuersKeys
from adapters.jwt.token_verifier import JwtTokenVerifier
from adapters.memory.clock import SettableClock
from domain.access_errors import IssuerUnavailable
from domain.errors import Unauthenticated
from domain.identity import Role
from tests.builders import MOMENT
from tests.doubles.issuer import Issuer, Signer, ec_signer, ed_signer, issuing, rsa_signer, shared_key

SECRET = "플랫폼의-비밀-열쇠-그리고-더-긴-말"
END = MOMENT.timestamp() + 3600
CLAIMS = {"sub": "김민지", "roles": ["user", "service"], "exp": END}
RSA, EC, ED = rsa_signer(), ec_signer(), ed_signer()


def by_secret(secret: str = SECRET, /, **claims: object) -> str:
    return jwt.encode({**CLAIMS, **claims}, secret, algorithm="HS256")


def unsigned(header: object, payload: object = CLAIMS, signature: str = "") -> str:
    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in (header, payload))
    return ".".join((*parts, signature))


@asynccontextmanager
async def trusting(
    issuer: Issuer, *, secret: str | None = None
) -> AsyncIterator[tuple[JwtTokenVerifier, SettableClock]]:
    clock = SettableClock(MOMENT)
    verifier = JwtTokenVerifier(secret=secret, keys=IssuersKeys(issuer.url, clock=clock))
    yield verifier, clock
    await verifier.close()


async def refusal(verifier: JwtTokenVerifier, token: str) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as refused:
        await verifier.verify(token)
    return refused.value


async def test_a_token_under_the_secret_says_who_and_what() -> None:
    claims = await JwtTokenVerifier(secret=SECRET).verify(by_secret())
    assert claims.user_id == "김민지"
    assert claims.roles == {Role.USER, Role.SERVICE}
    assert claims.expires_at.timestamp() == END


@pytest.mark.parametrize("signer", [RSA, EC, ED, rsa_signer("ps", "PS256")], ids=lambda signer: signer.algorithm)
async def test_a_token_under_a_key_of_the_issuer_is_accepted(signer: Signer) -> None:
    with issuing(rsa_signer("another").jwk(), signer.jwk()) as issuer:
        async with trusting(issuer) as (verifier, _):
            assert (await verifier.verify(signer.token(CLAIMS))).user_id == "김민지"


async def test_a_token_that_names_no_key_is_tried_with_each() -> None:
    with issuing(rsa_signer("another").jwk(), RSA.jwk()) as issuer:
        async with trusting(issuer) as (verifier, _):
            token = jwt.encode(CLAIMS, RSA.private, algorithm="RS256")
            assert (await verifier.verify(token)).user_id == "김민지"


def pem(signer: Signer) -> str:
    return signer.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def hmac_under(key: str, **header: object) -> str:
    """Signed with whatever text, which PyJWT itself would refuse to do with a public key."""
    text = unsigned({"alg": "HS256", "typ": "JWT", **header})[:-1]
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(text.encode(), key.encode())
    return f"{text}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


CONFUSED: list[Callable[[], str]] = [
    lambda: unsigned({"alg": "none"}),
    lambda: unsigned({"alg": "None", "kid": "rsa-1"}),
    lambda: unsigned({"alg": "none"}, signature="AAAA"),
    lambda: unsigned({"typ": "JWT"}),
    lambda: unsigned({"alg": ["HS256"]}),
    lambda: hmac_under(pem(RSA)),
    lambda: hmac_under(pem(RSA), kid="rsa-1"),
    lambda: hmac_under(json.dumps(RSA.jwk()), kid="rsa-1"),
    lambda: hmac_under("a secret of a public document", kid="oct-1"),
    lambda: jwt.encode(CLAIMS, SECRET, algorithm="HS512"),
    lambda: by_secret("a secret of somebody else, long enough"),
    lambda: by_secret()[:-4] + "AAAA",
    lambda: rsa_signer("rsa-1").token(CLAIMS),
    lambda: rsa_signer("rsa-1").token(CLAIMS, jku="http://127.0.0.1:1/jwks.json", jwk=rsa_signer("rsa-1").jwk()),
    lambda: Signer(kid="rsa-1", algorithm="RS512", private=RSA.private).token(CLAIMS),
    lambda: ec_signer("rsa-1").token(CLAIMS),
    lambda: RSA.token(CLAIMS, crit=["exp"]),
    lambda: RSA.token(CLAIMS)[:-8] + "AAAAAAAA",
    lambda: unsigned({"alg": "RS256", "kid": 7}, signature="AAAA"),
    lambda: "eyJ" + "W" * 40_000 + ".e30.AAAA",
    lambda: base64.urlsafe_b64encode(b'{"a":' * 20_000).decode().rstrip("=") + ".e30.AAAA",
    lambda: "eyJhbGciOiJIUzI1NiJ9.e30.",
]


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")  # the forger's key, not ours
@pytest.mark.parametrize("forged", CONFUSED)
async def test_what_was_not_signed_the_one_right_way_is_refused(forged: Callable[[], str]) -> None:
    public = [RSA.jwk(alg="RS256"), shared_key("a secret of a public document", "oct-1")]
    with issuing(*public) as issuer:
        async with trusting(issuer, secret=SECRET) as (verifier, _):
            await verifier.verify(RSA.token(CLAIMS))
            assert (await refusal(verifier, forged())).facts["reason"] == "unverified"


async def test_a_secret_alone_accepts_no_key_and_keys_alone_accept_no_secret() -> None:
    await refusal(JwtTokenVerifier(secret=SECRET), RSA.token(CLAIMS))
    with issuing(RSA.jwk()) as issuer:
        async with trusting(issuer) as (verifier, _):
            await refusal(verifier, by_secret())


@pytest.mark.parametrize("changes", [{"use": "enc"}, {"alg": "RS512"}, {"alg": "HS256"}, {"n": "not a number"}])
async def test_a_key_that_is_not_meant_for_it_verifies_nothing(changes: dict[str, object]) -> None:
    with issuing(EC.jwk(), RSA.jwk(**changes)) as issuer:
        async with trusting(issuer) as (verifier, _):
            await refusal(verifier, RSA.token(CLAIMS))


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")  # the issuer's, who signs all the same
async def test_a_key_that_is_too_short_verifies_nothing() -> None:
    short = rsa_signer("short", bits=1024)
    with issuing(short.jwk()) as issuer:
        async with trusting(issuer) as (verifier, _):
            await refusal(verifier, short.token(CLAIMS))


async def test_an_audience_or_issuer_that_is_asked_for_has_to_be_named() -> None:
    verifier = JwtTokenVerifier(secret=SECRET, audience="quantrail", issuer="https://sso.quant.kr")
    right: dict[str, object] = {"aud": ["portal", "quantrail"], "iss": "https://sso.quant.kr"}
    assert (await verifier.verify(by_secret(**right))).user_id == "김민지"
    others: list[dict[str, object]] = [{"aud": "portal"}, {"iss": "https://elsewhere"}, {"aud": None}, {"iss": ""}]
    for wrong in others:
        await refusal(verifier, by_secret(**{**right, **wrong}))
    await refusal(verifier, by_secret())


async def test_a_token_for_a_named_audience_is_not_for_whoever_has_no_name() -> None:
    refused = await refusal(JwtTokenVerifier(secret=SECRET), by_secret(aud="portal"))
    assert "somebody else" in refused.detail


async def test_the_keys_are_fetched_once_and_again_when_they_are_old() -> None:
    with issuing(RSA.jwk()) as issuer:
        async with trusting(issuer) as (verifier, clock):
            for _ in range(3):
                await verifier.verify(RSA.token(CLAIMS))
            assert issuer.asked == 1
            issuer.keys = [EC.jwk()]
            clock.advance(FRESH_SECONDS + 1)
            await refusal(verifier, RSA.token(CLAIMS))
            assert issuer.asked == 2


async def test_a_new_key_of_the_issuer_is_fetched_when_a_token_names_it_but_not_at_every_one() -> None:
    with issuing(RSA.jwk()) as issuer:
        async with trusting(issuer) as (verifier, clock):
            await verifier.verify(RSA.token(CLAIMS))
            issuer.keys.append(EC.jwk())
            for n in range(50):
                await refusal(
                    verifier, rsa_signer(f"made-up-{n}", bits=2048).token(CLAIMS) if n < 2 else EC.token(CLAIMS)
                )
            assert issuer.asked == 1
            clock.advance(PAUSE_SECONDS)
            assert (await verifier.verify(EC.token(CLAIMS))).user_id == "김민지"
            assert issuer.asked == 2


@pytest.mark.parametrize(
    ("status", "body"), [(503, b""), (200, b"<html>"), (200, b"[]"), (200, b'{"keys": []}'), (302, b"")]
)
async def test_an_issuer_that_does_not_answer_is_an_outage_and_no_refusal(status: int, body: bytes) -> None:
    with issuing(RSA.jwk()) as issuer:
        async with trusting(issuer) as (verifier, clock):
            issuer.status, issuer.body = status, body
            for _ in range(3):
                with pytest.raises(IssuerUnavailable):
                    await verifier.verify(RSA.token(CLAIMS))
            assert issuer.asked == 1
            issuer.status, issuer.body = 200, None
            clock.advance(PAUSE_SECONDS)
            assert (await verifier.verify(RSA.token(CLAIMS))).user_id == "김민지"


async def test_keys_outlive_an_outage_of_their_issuer_for_an_hour_and_an_unknown_one_is_an_outage() -> None:
    with issuing(RSA.jwk()) as issuer:
        async with trusting(issuer) as (verifier, clock):
            await verifier.verify(RSA.token(CLAIMS))
            issuer.status = 500
            clock.advance(OUTAGE_SECONDS)
            assert (await verifier.verify(RSA.token(CLAIMS))).user_id == "김민지"
            with pytest.raises(IssuerUnavailable):
                await verifier.verify(EC.token(CLAIMS))
            clock.advance(1)
            with pytest.raises(IssuerUnavailable):
                await verifier.verify(RSA.token(CLAIMS))


async def test_an_issuer_that_is_not_there_at_all_is_an_outage() -> None:
    verifier = JwtTokenVerifier(keys=IssuersKeys("http://127.0.0.1:1/jwks.json", clock=SettableClock(MOMENT)))
    with pytest.raises(IssuerUnavailable):
        await verifier.verify(RSA.token(CLAIMS))
    await verifier.close()
