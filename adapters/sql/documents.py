"""Domain objects as JSON texts, and back: equal to what was written, Decimals, times and Korean included."""

from typing import Generic, TypeVar

import msgspec

from domain.audit import AuditEntry
from domain.backtest import Backtest
from domain.budget import BudgetRule
from domain.call_body import CallBody
from domain.conversation import Turn
from domain.erasure import ErasureOrder
from domain.generation import BuiltStrategy
from domain.identity import ApiKey
from domain.overlay import AppliedPrice
from domain.report import Report

Kept = TypeVar("Kept")


class Document(Generic[Kept]):
    """Writes and reads one kind of object. Reading checks it as making one does."""

    def __init__(self, kind: type[Kept]) -> None:
        self._encoder = msgspec.json.Encoder(decimal_format="string")
        self._decoder = msgspec.json.Decoder(kind)

    def write(self, kept: Kept) -> str:
        """JSON. No NUL is in it: inside texts it is escaped."""
        return self._encoder.encode(kept).decode()

    def read(self, text: str) -> Kept:
        """The object."""
        return self._decoder.decode(text)


BACKTEST = Document(Backtest)
BUILT_STRATEGY = Document(BuiltStrategy)
REPORT = Document(Report)
TURN = Document(Turn)
API_KEY = Document(ApiKey)
AUDIT_ENTRY = Document(AuditEntry)
CALL_BODY = Document(CallBody)
BUDGET_RULE = Document(BudgetRule)
APPLIED_PRICE = Document(AppliedPrice)
ERASURE = Document(ErasureOrder)
