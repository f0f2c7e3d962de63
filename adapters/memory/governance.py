"""Rules that are held in memory."""

from domain.governance import Governance


class HeldGovernance:
    """The rules that it was given, until it is given others."""

    def __init__(self, governance: Governance) -> None:
        self._governance = governance

    def current(self) -> Governance:
        """The rules in force now."""
        return self._governance

    def replace(self, governance: Governance) -> None:
        """Other rules from now on."""
        self._governance = governance
