"""A report on a backtest: prose whose figures are rendered from the user's own runs."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from domain.generation import Generation
from domain.identity import UserScope
from domain.language import Language


class SectionKind(StrEnum):
    """The parts of a report, in their order."""

    TESTED = "tested"
    PERFORMANCE = "performance"
    RISK = "risk"
    ACTIVITY = "activity"
    PEERS = "peers"
    NEXT = "next"


HEADINGS: dict[SectionKind, tuple[str, str]] = {
    SectionKind.TESTED: ("무엇을 시험했나", "What was tested"),
    SectionKind.PERFORMANCE: ("성과", "Performance"),
    SectionKind.RISK: ("위험", "Risk"),
    SectionKind.ACTIVITY: ("거래와 비용", "Trades and costs"),
    SectionKind.PEERS: ("비슷한 내 백테스트와 견주면", "Compared with your similar runs"),
    SectionKind.NEXT: ("다음에 볼 것", "What to look at next"),
}


def heading_of(kind: SectionKind, language: Language) -> str:
    """What stands above the section."""
    return HEADINGS[kind][0 if language is Language.KOREAN else 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number as it stands in the text, and where it is from.

    `metric` is the slot that it filled. `backtest_id` is the run it was taken from; a median or a rank is of the run
    that is reported.
    """

    text: str
    backtest_id: str
    metric: str
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """A heading and its paragraph, as plain text."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report as it was written. It outlives the backtest."""

    report_id: str
    scope: UserScope
    created_at: datetime
    backtest_id: str
    language: Language
    title: str
    sections: tuple[ReportSection, ...]
    figures: tuple[Figure, ...]
    generation: Generation

    @property
    def markdown(self) -> str:
        """The report as Markdown; what is no markup of ours is none."""
        parts = [f"# {escaped(self.title)}"]
        parts += [f"## {escaped(section.heading)}\n\n{escaped(section.text)}" for section in self.sections]
        return "\n\n".join(parts) + "\n"


# Links without brackets (www., ://, @), mathematics ($) and entities (&) are markup for some readers.
_MARKUP = re.compile(r"[\\`*_\[\]<>|~&$@]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(\s*)([#+\-=]|\d+(?=[.)](?:\s|$)))", re.MULTILINE)


def escaped(text: str) -> str:
    """Plain text as Markdown that reads the same: one paragraph, no markup in it."""
    line = _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))
    start = _LINE_START.match(line)
    if start is None:
        return line
    if start[2].isdigit():
        return f"{line[: start.end()]}\\{line[start.end() :]}"
    return f"\\{line}"
