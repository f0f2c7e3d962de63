"""Failures of what is done to the index as a whole, in the tree of `errors`."""

from domain.errors import DomainError
from domain.space import Build


class IndexBusy(DomainError):
    """Another space is being built already."""

    code = "index-busy"
    title = "Another space of the index is being built"

    def __init__(self, build: Build) -> None:
        super().__init__(
            f"{build.space.name} is being built ({build.reason.value}): wait for its end, or stop it",
            space=build.space.name,
            reason=build.reason.value,
        )
