"""Who comes in and how often, by the settings: the part of the composition root that is about callers."""

from adapters.memory.rate_limiter import InMemoryRateLimiter
from application.ports.system import Clock
from application.verified_tokens import VerifiedTokens
from domain.errors import ConfigurationError, Violation
from entrypoints.parts import StartedRateLimiter, Tokens
from entrypoints.settings import Settings


def build_tokens(settings: Settings, clock: Clock) -> Tokens:
    """Who verifies tokens, where any are accepted. Raises: ConfigurationError."""
    if settings.jwt_secret is None and settings.jwt_jwks_url is None:
        return Tokens()
    try:
        from adapters.jwt.signing_keys import IssuersKeys
        from adapters.jwt.token_verifier import JwtTokenVerifier
    except ImportError as error:
        name = "QUANTRAIL_JWT_SECRET" if settings.jwt_secret is not None else "QUANTRAIL_JWT_JWKS_URL"
        message = "tokens need a package that is not installed: pip install 'quantrail[jwt]'"
        raise ConfigurationError(Violation(field=name, message=message)) from error
    verifier = JwtTokenVerifier(
        secret=settings.jwt_secret,
        keys=None if settings.jwt_jwks_url is None else IssuersKeys(settings.jwt_jwks_url, clock=clock),
        audience=settings.jwt_audience,
        issuer=settings.jwt_issuer,
    )
    return Tokens(verifier=VerifiedTokens(verifier=verifier, clock=clock), closing=(verifier.close,))


def build_limiter(settings: Settings, clock: Clock) -> StartedRateLimiter:
    """Where rate limits are counted: in this process, or in the Valkey that it shares. Raises: ConfigurationError."""
    if settings.valkey_url is None:
        return InMemoryRateLimiter(clock)
    try:
        from adapters.valkey.rate_limiter import ValkeyRateLimiter
    except ImportError as error:
        message = "Valkey needs a client that is not installed: pip install 'quantrail[valkey]'"
        raise ConfigurationError(Violation(field="QUANTRAIL_VALKEY_URL", message=message)) from error
    return ValkeyRateLimiter(settings.valkey_url)
