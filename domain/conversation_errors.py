"""Failures of conversations, in the tree of `errors`."""

from domain.errors import DomainError


class TurnConflict(DomainError):
    """A turn whose place in its conversation is taken, by another process most likely."""

    code = "turn-conflict"
    title = "Another chat took this turn"

    def __init__(self, session_id: str, turn: int) -> None:
        super().__init__(
            f"conversation {session_id!r} has another turn {turn} by now; ask again",
            session_id=session_id,
            turn=turn,
        )


class ConversationBusy(DomainError):
    """A conversation in which others talk, for longer or in a longer queue than one may wait."""

    code = "conversation-busy"
    title = "This conversation is busy"

    def __init__(self, session_id: str, why: str, *, retry_after_seconds: float) -> None:
        super().__init__(
            f"conversation {session_id!r}: {why}", session_id=session_id, retry_after_seconds=retry_after_seconds
        )
