"""What was said in a call, kept only where that is asked for."""

from dataclasses import dataclass
from datetime import datetime

from domain.prompting import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBody:
    """The words of one ledger row: what the model was asked, and what it answered as far as that was heard.

    `answer` is None where nothing came.
    """

    entry_id: str
    operation_id: str
    user_id: str
    at: datetime
    messages: tuple[Message, ...]
    answer: str | None = None

    @property
    def characters(self) -> int:
        """How much room it takes."""
        return sum(len(message.text) for message in self.messages) + len(self.answer or "")
