"""How money, times and texts lie in a column: exact, and sorted the same by every engine."""

from array import array
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal, Inexact, InvalidOperation, Rounded

from sqlalchemy import BigInteger, Dialect, LargeBinary, String
from sqlalchemy.types import TypeDecorator

from domain.catalogue import PRICE_DECIMALS
from domain.embedding import Vector

PICO_DOLLARS = 10**12
PICO_DOLLARS_A_TOKEN = 10**PRICE_DECIMALS
# More digits than any amount has that a column takes; what would be rounded all the same is an error.
_EXACT = Context(prec=100, traps=[Inexact, InvalidOperation, Rounded])
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
# PostgreSQL would sort by the words of a language; ids, keys and names sort by code point, as in SQLite and Python.
TEXT = String().with_variant(String(collation="C"), "postgresql")


def whole_units(amount: Decimal, units: int) -> int:
    """So many units of 1/`units`. Raises: ValueError for an amount between two: money is never rounded."""
    scaled = _EXACT.multiply(amount, Decimal(units))
    whole = int(scaled)
    if whole != scaled:
        raise ValueError(f"{amount} is not a whole number of 1/{units}")
    return whole


def amount_of(whole: int, units: int) -> Decimal:
    """The amount that so many units of 1/`units` are (a power of ten), without trailing zeros."""
    amount = _EXACT.divide(Decimal(whole), Decimal(units))
    integral = amount.to_integral_value()
    return integral if integral == amount else amount


def microseconds(moment: datetime) -> int:
    """Since the epoch; also of moments whose date in UTC has no year. Raises: ValueError for a naive one."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment} does not say its offset from UTC")
    return (moment - EPOCH) // MICROSECOND


class Usd(TypeDecorator[Decimal]):
    """US dollars as a whole number of pico-dollars: a single token's cost is one, so every sum is exact."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's
        """Pico-dollars."""
        return None if value is None else whole_units(value, PICO_DOLLARS)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  # the same
        """Dollars."""
        return None if value is None else amount_of(value, PICO_DOLLARS)


class UsdPerMtok(TypeDecorator[Decimal]):
    """A price of a million tokens as a whole number of pico-dollars a token."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's
        """Pico-dollars a token."""
        return None if value is None else whole_units(value, PICO_DOLLARS_A_TOKEN)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002  # the same
        """Dollars a million tokens."""
        return None if value is None else amount_of(value, PICO_DOLLARS_A_TOKEN)


class UtcTime(TypeDecorator[datetime]):
    """Aware times as microseconds since the epoch."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  # SQLAlchemy's
        """Microseconds since the epoch."""
        return None if value is None else microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  # the same
        """In UTC."""
        return None if value is None else EPOCH + value * MICROSECOND


class Float32s(TypeDecorator[Vector]):
    """A vector as its 32-bit floats, four bytes a number."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: "Vector | None", dialect: Dialect) -> bytes | None:  # noqa: ARG002  # SQLAlchemy's
        """The bytes, as every machine this runs on holds them: little-endian."""
        return None if value is None else value.tobytes()

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> "Vector | None":  # noqa: ARG002  # the same
        """The very same numbers."""
        if value is None:
            return None
        vector = array("f")
        vector.frombytes(value)
        return vector
