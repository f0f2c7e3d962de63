from argparse import Namespace

import pytest

from entrypoints.cli import commands
from entrypoints.settings import Settings

SUMS = {
    "requests": 3,
    "attempts": 4,
    "input_tokens": 900,
    "output_tokens": 70,
    "cost_usd": "0.5",
    "saved_cost_usd": "0",
}
SERVICES = ("chatops", "memory", "narrative_report")


def listed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, limit: int | None) -> str:
    groups = [{"service": service, **SUMS} for service in SERVICES]
    answer = {"group_by": ["service"], "groups": groups, "total": SUMS}
    monkeypatch.setattr(commands, "ask", lambda *_, **__: answer)
    nothing = dict.fromkeys(("since", "until", "user", "service", "model", "status"))
    wanted = Namespace(**nothing, entries=False, group_by="service", limit=limit, json=False)
    commands.usage(Settings.of({}), wanted)
    return capsys.readouterr().out


def test_groups_that_are_not_shown_are_counted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = listed(monkeypatch, capsys, limit=2)
    assert [service for service in SERVICES if service in shown] == ["chatops", "memory"]
    assert "of 3 groups 2; all are in the last line" in shown


def test_without_a_limit_every_group_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = listed(monkeypatch, capsys, limit=None)
    assert all(service in shown for service in SERVICES)
    assert "groups" not in shown
