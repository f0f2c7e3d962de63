"""The rules in force."""

from typing import Protocol

from domain.governance import Governance


class GovernanceSource(Protocol):
    """Where the rules come from; they may change between two calls, never within one answer."""

    def current(self) -> Governance:
        """The rules in force now."""


class GovernanceHolder(GovernanceSource, Protocol):
    """Rules that can be replaced, all at once."""

    def replace(self, governance: Governance) -> None:
        """Other rules from now on; who has taken the old ones keeps them."""


class ConfigurationSource(Protocol):
    """Where the rules are written down."""

    def read(self) -> Governance:
        """What is written now, checked whole. Raises: ConfigurationError, with every mistake."""
