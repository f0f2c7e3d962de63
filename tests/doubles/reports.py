"""Answers of models that write reports, and what of a report has no source."""

import json
import re
import unicodedata
from collections.abc import Iterable

from domain.backtest import Backtest
from domain.language import Language
from domain.report import HEADINGS, Report
from domain.report_slots import slots_of

GOOD = {
    "title": "{{strategy_name}}: 낙폭에 견준 수익",
    "성과": "총수익률은 {{total_return}}으로 끝났습니다. 벤치마크보다 {{benchmark_distance}} 낮습니다.",
    "위험": "최대낙폭은 {{max_drawdown}}이었습니다.",
}


def an_answer(title: str, **texts: str) -> str:
    sections = [{"heading": heading, "text": text} for heading, text in texts.items()]
    return json.dumps({"title": title, "sections": sections}, ensure_ascii=False)


def under_every_heading(text: str, language: Language) -> str:
    """The same text everywhere, the title too."""
    headings = [pair[0 if language is Language.KOREAN else 1] for pair in HEADINGS.values()]
    return an_answer(text, **dict.fromkeys(headings, text))


def unaccounted(report: Report, run: Backtest, peers: Iterable[Backtest] = ()) -> str:
    """The digits of a report that are neither in a figure nor in the run's own names, parameters and dates."""
    slots = slots_of(run, language=report.language, peers=tuple(peers))
    read = re.sub(r"\\(.)", r"\1", report.markdown)  # a backslash of a name is escaped, and stays
    rest = unicodedata.normalize("NFKC", read)
    own = {unicodedata.normalize("NFKC", word) for word in slots.words.values()}
    for known in sorted({*own, *(figure.text for figure in report.figures)}, key=len, reverse=True):
        rest = re.sub(rf"(?<![0-9]){re.escape(known)}(?!\d)", "", rest)
    rest = slots.quotable.sub("", rest)
    return "".join(character for character in rest if unicodedata.numeric(character, None) is not None)
