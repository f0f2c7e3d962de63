"""Somebody who issues tokens: keys of every kind, signed tokens, and a key set on a loopback address."""

import base64
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
Jwk = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A key pair under its name, as its owner holds it."""

    kid: str
    algorithm: str
    private: PrivateKey

    def token(self, claims: Mapping[str, object], **header: object) -> str:
        return jwt.encode(dict(claims), self.private, algorithm=self.algorithm, headers={"kid": self.kid, **header})

    def jwk(self, **changes: object) -> Jwk:
        """The public half as a key set has it."""
        public = self.private.public_key()
        if isinstance(public, rsa.RSAPublicKey):
            plain = RSAAlgorithm.to_jwk(public, as_dict=True)
        elif isinstance(public, ec.EllipticCurvePublicKey):
            plain = ECAlgorithm.to_jwk(public, as_dict=True)
        else:
            plain = OKPAlgorithm.to_jwk(public, as_dict=True)
        return {**plain, "kid": self.kid, "use": "sig", **changes}


def rsa_signer(kid: str = "rsa-1", algorithm: str = "RS256", *, bits: int = 2048) -> Signer:
    return Signer(kid=kid, algorithm=algorithm, private=rsa.generate_private_key(public_exponent=65537, key_size=bits))


def ec_signer(kid: str = "ec-1") -> Signer:
    return Signer(kid=kid, algorithm="ES256", private=ec.generate_private_key(ec.SECP256R1()))


def ed_signer(kid: str = "ed-1") -> Signer:
    return Signer(kid=kid, algorithm="EdDSA", private=ed25519.Ed25519PrivateKey.generate())


def shared_key(secret: str, kid: str) -> Jwk:
    """A shared secret as a key set would have it, which no public one should."""
    return {"kty": "oct", "kid": kid, "k": base64.urlsafe_b64encode(secret.encode()).decode().rstrip("=")}


@dataclass(slots=True, kw_only=True)
class Issuer:
    """A key set under a URL. `asked` counts how often it was fetched; `status` is what it answers."""

    url: str = ""
    keys: list[Jwk] = field(default_factory=list)
    status: int = 200
    body: bytes | None = None
    asked: int = 0


@contextmanager
def issuing(*keys: Jwk) -> Iterator[Issuer]:
    """An issuer that answers while the block runs."""
    issuer = Issuer(keys=list(keys))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.asked += 1
            body = json.dumps({"keys": issuer.keys}).encode() if issuer.body is None else issuer.body
            self.send_response(issuer.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the output is the tests' own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}/jwks.json"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
