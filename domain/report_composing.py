"""A report from what a model wrote, checked sentence by sentence, and from templates for the rest."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from domain.claims import unfounded
from domain.report import Figure, ReportSection, SectionKind, heading_of
from domain.report_filling import distinct, fill, fill_template
from domain.report_schema import MAX_TITLE_LENGTH
from domain.report_slots import Slots
from domain.report_templates import template_sentences, template_title

Plain = Mapping[SectionKind, Sequence[str]]
# What an opening has no business to say: it is written without a look at the figures.
_VERDICT = re.compile(
    r"\b(?:profit\w*|gain\w*|loss\w*|lost|win(?:s|ning)?|won|best|better|worst|worse|(?:out|under)perform\w*|beats?"
    r"|success\w*|strong\w*|weak\w*|highe?\w*|lowe?\w*|good|great|excellent|poor\w*|impressive|significant\w*"
    r"|positive|negative|(?:in|de)creas\w*)\b|수익|손실|우수|좋|나쁘|성공|실패|높|낮",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prose:
    """What a model wrote: a title, and a text a section. What is missing comes from templates."""

    title: str = ""
    texts: Mapping[SectionKind, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A report that is fit to be read, and how much of what the model wrote was not."""

    title: str
    sections: tuple[ReportSection, ...]
    figures: tuple[Figure, ...]
    sentences: int
    refused: int


def plain_sections(slots: Slots) -> dict[SectionKind, list[str]]:
    """The sections that this run has something to say in, each with its template sentences."""
    said = {kind: template_sentences(kind, slots) for kind in SectionKind}
    return {kind: sentences for kind, sentences in said.items() if sentences}


def composed(slots: Slots, plain: Plain, prose: Prose) -> Composed:
    """The report: the model's sentences where they pass, template sentences elsewhere."""
    title = fill(prose.title[:MAX_TITLE_LENGTH], slots, instead=[template_title(slots)])
    filled = {kind: fill(prose.texts.get(kind, ""), slots, instead=sentences) for kind, sentences in plain.items()}
    every = (title, *filled.values())
    return Composed(
        title=title.text,
        sections=tuple(
            ReportSection(heading=heading_of(kind, slots.language), text=one.text) for kind, one in filled.items()
        ),
        figures=distinct(figure for one in every for figure in one.figures),
        sentences=sum(one.sentences for one in every),
        refused=sum(one.refused for one in every),
    )


def opened(slots: Slots, plain: Plain, *, title: str, opening: str) -> Prose | str:
    """The prose of a model that only opens a report, or why it cannot be used."""
    draft = fill_template(plain[SectionKind.TESTED][0], slots).text
    problem = _unfit(title, opening, slots, draft)
    if problem is not None:
        return problem
    rest = plain[SectionKind.TESTED][1:]
    return Prose(title=title, texts={SectionKind.TESTED: " ".join([opening, *rest])})


def _unfit(title: str, opening: str, slots: Slots, draft: str) -> str | None:
    if not opening.endswith((".", "!")) or not title.strip():
        return "it was not finished"
    if fill(f"{title}.", slots).refused or fill(opening, slots).refused:
        return "it stated what it was not asked for"
    said = f"{title}. {opening}"
    strange = unfounded(said, draft)
    if strange is not None:
        return strange
    if _VERDICT.search(said.casefold().replace(slots.words["strategy_name"].casefold(), "")):
        return "it judged what it had not seen"
    for name in ("strategy_name", "symbols"):
        if slots.words.get(name, "").casefold() not in opening.casefold():
            return "it did not say what was tested"
    return None
