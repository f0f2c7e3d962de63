"""The configuration file: the models there are, who may use which, what may be spent."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from adapters.files.catalogue_section import read_catalogue
from adapters.files.rate_limits_section import read_rate_limits
from adapters.files.report import Report
from adapters.files.retention_section import read_retention
from adapters.files.section import A_WORD, WORD, Section
from adapters.files.yaml_tree import parse_yaml
from domain.budget import UTC_NAME, BudgetPeriod, BudgetRule, BudgetUnit, RuleSource
from domain.budget_order import BudgetOrder
from domain.catalogue import ModelCapability, ModelCatalogue, ModelTier
from domain.daily_tokens import daily_token_rules
from domain.errors import ConfigurationError, Violation
from domain.governance import Governance
from domain.policy import ServiceModelPolicy, ServicePolicies
from domain.rate_limit import RateRule
from domain.retention import Retention
from domain.text import did_you_mean

SERVICES = ("strategy_builder", "narrative_report", "chatops", "prompt_governance", "gateway", "memory")
"""What Quantrail itself calls models for: each needs a policy. A file may add services of its own."""
DEFAULT_NAME = "default.yaml"
MAX_ATTEMPTS = 10
MAX_TIMEOUT_SECONDS = 600
VERSION_DIGITS = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What one file says. `version` is the start of its digest: other words are another version."""

    catalogue: ModelCatalogue
    policies: ServicePolicies
    budgets: tuple[BudgetRule, ...]
    retention: Retention
    rate_limits: tuple[RateRule, ...]
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileConfiguration:
    """The rules that a file says, or the one shipped where none is named; read anew each time.

    `daily_tokens` are limits a model by the variables that state them; each stands over the file's rule of its name.
    """

    path: Path | None
    daily_tokens: Mapping[str, int] = field(default_factory=dict)
    daily_tokens_timezone: str = UTC_NAME

    def read(self) -> Governance:
        """What it says now. Raises: ConfigurationError, with every mistake."""
        said = load_configuration(self.path)
        daily = daily_token_rules(self.daily_tokens, said.catalogue, timezone=self.daily_tokens_timezone)
        budgets = {rule.name: rule for rule in (*said.budgets, *daily)}
        return Governance(
            catalogue=said.catalogue,
            policies=said.policies,
            budgets=tuple(budgets.values()),
            retention=said.retention,
            rate_limits=said.rate_limits,
            version=said.version,
        )


def load_configuration(path: Path | None) -> Configuration:
    """What the file says, or the one shipped where none is named.

    Raises: ConfigurationError, with every mistake of the file and what is accepted in its place.
    """
    report = Report()
    text, name = _read(path)
    file = Section(parse_yaml(text, name=name, report=report), "", report)
    catalogue, sound = read_catalogue(file.section("catalogue"))
    policies = _policies(file.section("policies"), catalogue, sound)
    budgets = _budgets(file.section("budgets", required=False), catalogue, policies)
    retention = read_retention(file.section("retention", required=False))
    rate_limits = read_rate_limits(file.section("rate_limits", required=False), catalogue, policies)
    file.close()
    report.close()
    version = hashlib.sha256(text.encode()).hexdigest()[:VERSION_DIGITS]
    return Configuration(
        catalogue=catalogue,
        policies=policies,
        budgets=budgets,
        retention=retention,
        rate_limits=rate_limits,
        version=version,
    )


def _read(path: Path | None) -> tuple[str, str]:
    if path is None:
        return files("adapters.files").joinpath(DEFAULT_NAME).read_text(encoding="utf-8"), DEFAULT_NAME
    try:
        return path.read_text(encoding="utf-8"), str(path)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
    except UnicodeDecodeError as error:
        message = f"{path}: is not UTF-8: byte {error.start + 1} cannot be read"
    raise ConfigurationError(Violation(field="", message=message))


def _policies(section: Section | None, catalogue: ModelCatalogue, sound: Collection[str]) -> ServicePolicies:
    if section is None:
        return ServicePolicies(policies=())
    policies = tuple(_policy(service, member, catalogue, sound) for service, member in section.named())
    for service in SERVICES:
        if service not in section.names():
            section.wrong(service, "is missing: this service calls models")
    return ServicePolicies(policies=policies)


def _policy(service: str, section: Section, catalogue: ModelCatalogue, sound: Collection[str]) -> ServiceModelPolicy:
    section.is_named(service, WORD, A_WORD)
    known = [model.model_id for model in catalogue]
    named = section.texts("models", required=False)
    defaults = section.texts("defaults")
    policy = ServiceModelPolicy(
        service=service,
        defaults=tuple(model_id for _, model_id in defaults),
        tiers=section.choices("tiers", ModelTier, required=False),
        models=frozenset(model_id for _, model_id in named),
        requires=section.choice("requires", ModelCapability, default=ModelCapability.CHAT),
        default_max_output_tokens=section.whole("default_max_output_tokens", least=1, default=1_000),
        max_context_tokens=section.whole("max_context_tokens", least=0, default=4_000),
        max_attempts=section.whole("max_attempts", least=1, most=MAX_ATTEMPTS, default=2),
        timeout_seconds=_timeout(section),
    )
    section.close()
    if not policy.tiers and not policy.models:
        section.wrong("tiers", "is missing, and so is models: one of them must say what is allowed")
    readable = section.is_sound("tiers", "models", "requires")
    _check_models(section, (*named, *defaults), known)
    if readable:
        _check_defaults(section, defaults=defaults, policy=policy, catalogue=catalogue, sound=sound)
    return policy


def _timeout(section: Section) -> float:
    seconds = section.decimal("timeout_seconds", required=False, decimals=3, zero=False)
    if seconds is not None and seconds > MAX_TIMEOUT_SECONDS:
        section.wrong("timeout_seconds", f"must be at most {MAX_TIMEOUT_SECONDS}, not '{seconds}'")
    return 60.0 if seconds is None else float(seconds)


def _check_models(section: Section, named: Iterable[tuple[str, str]], known: Collection[str]) -> None:
    for path, model_id in named:
        if model_id not in known:
            section.report.add(path, f"no model {model_id!r} in the catalogue{did_you_mean(model_id, known)}")


def _check_defaults(
    section: Section,
    *,
    defaults: Iterable[tuple[str, str]],
    policy: ServiceModelPolicy,
    catalogue: ModelCatalogue,
    sound: Collection[str],
) -> None:
    """A default that the policy itself refuses; what is wrong with a model itself is said once, at the model."""
    for path, model_id in defaults:
        why = policy.refusal(catalogue.get(model_id)) if model_id in sound else None
        if why is not None:
            section.report.add(path, f"{model_id} is not allowed by this policy: {why}")


def _budgets(section: Section | None, catalogue: ModelCatalogue, policies: ServicePolicies) -> tuple[BudgetRule, ...]:
    if section is None:
        return ()
    models = [model.model_id for model in catalogue]
    services = [policy.service for policy in policies.policies]
    return tuple(rule for name, member in section.named() for rule in _budget(name, member, models, services))


def _budget(name: str, section: Section, models: Collection[str], services: Collection[str]) -> Iterator[BudgetRule]:
    """The rule, where nothing is wrong with it."""
    order = BudgetOrder(
        name=name,
        unit=section.choice("unit", BudgetUnit),
        limit=section.as_written("limit"),
        period=section.choice("period", BudgetPeriod),
        timezone=section.text("timezone", default=UTC_NAME),
        user_id=section.text("user_id", default="") or None,
        service=section.text("service", default="") or None,
        model_id=section.text("model_id", default="") or None,
        each_user=section.flag("each_user", default=False),
        warn_at=section.all_as_written("warn_at"),
    )
    section.close()
    for violation in order.violations(models=models, services=services):
        place = section.path if violation.field == "rule" else f"{section.path}.{violation.field}"
        if not section.report.mentions(place):
            section.report.add(place, violation.message)
    if not section.report.mentions(section.path):
        yield order.rule(RuleSource.FILE)
