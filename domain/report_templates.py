"""The report that needs no model: which sentences are said of a run, section by section."""

from collections.abc import Iterator

from domain.language import Language
from domain.report import SectionKind
from domain.report_advice import MOST_ADVICE, NEXT, PEERS
from domain.report_filling import slots_in
from domain.report_lines import SECTION_LINES, Facts, Line
from domain.report_slots import Slots

_LINES = {**SECTION_LINES, SectionKind.PEERS: PEERS, SectionKind.NEXT: NEXT}
_TITLES = (
    ("‘{{strategy_name}}’ 백테스트 보고서: {{symbols}}", "Backtest report: “{{strategy_name}}” on {{symbols}}"),
    ("백테스트 보고서: {{symbols}}", "Backtest report: {{symbols}}"),
    ("백테스트 보고서", "Backtest report"),
)


def template_title(slots: Slots) -> str:
    """The title, with slots."""
    place = _place(slots)
    return next(title[place] for title in _TITLES if all(slot in slots.words for slot in slots_in(title[place])))


def template_sentences(kind: SectionKind, slots: Slots) -> list[str]:
    """What is said of the run in the section, with slots that all have a value; nothing where it has no say."""
    facts = {name: figure.value for name, figure in slots.figures.items()} | dict.fromkeys(slots.marks, 1.0)
    said = list(_said(_LINES[kind], slots, facts))
    return said[:MOST_ADVICE] if kind is SectionKind.NEXT else said


def _said(lines: tuple[Line, ...], slots: Slots, facts: Facts) -> Iterator[str]:
    topics = set()
    for line in lines:
        text = (line.korean, line.english)[_place(slots)]
        if line.topic in topics or not _holds(line, text, slots, facts):
            continue
        if line.topic:
            topics.add(line.topic)
        yield text


def _holds(line: Line, text: str, slots: Slots, facts: Facts) -> bool:
    filled = all(slot in facts or slot in slots.words for slot in slots_in(text))
    known = all(name in facts for name in line.needs) and not any(name in facts for name in line.lacks)
    # Only now: a condition asks for the figures of its slots and for what is needed.
    return filled and known and line.when(facts)


def _place(slots: Slots) -> int:
    return 0 if slots.language is Language.KOREAN else 1
