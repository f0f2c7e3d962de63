"""The rules in force."""

from typing import Protocol

from domain.governance import Governance


class GovernanceSource(Protocol):
    """Where the rules come from; they may change between two calls, never within one answer."""

    def current(self) -> Governance:
        """The rules in force now."""
