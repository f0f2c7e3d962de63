"""End what was cut off of removing users."""

from dataclasses import dataclass

from application.erasing import UserErasing


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeErasures:
    """Every erasure that a process began and did not end has ended; how many they were. Raises: StoreUnavailable."""

    erasing: UserErasing

    async def __call__(self) -> int:
        return await self.erasing.resume()
