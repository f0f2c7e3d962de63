"""The part of the configuration file that says how much may be asked in a minute, and how much at once."""

from collections.abc import Collection

from adapters.files.section import Section
from domain.catalogue import ModelCatalogue
from domain.policy import ServicePolicies
from domain.rate_limit import RateRule, RateSubject, RateUnit
from domain.text import did_you_mean

RULE_NAME = r"[\w-][\w .-]{0,79}"


def read_rate_limits(
    section: Section | None, catalogue: ModelCatalogue, policies: ServicePolicies
) -> tuple[RateRule, ...]:
    """Every limit that it states; what is wrong with one goes to the report."""
    if section is None:
        return ()
    models = [model.model_id for model in catalogue]
    services = [policy.service for policy in policies.policies]
    return tuple(_rate_limit(name, member, models, services) for name, member in section.named())


def _rate_limit(name: str, section: Section, models: Collection[str], services: Collection[str]) -> RateRule:
    section.is_named(name, RULE_NAME, "letters, digits, spaces and . _ -")
    limits = {unit: section.whole(unit.value, least=1, default=0) or None for unit in RateUnit}
    rule = RateRule(
        name=name,
        each=section.choice("each", RateSubject) if "each" in section.names() else None,
        service=_known(section, "service", "service", services),
        model_id=_known(section, "model_id", "model", models),
        requests_per_minute=limits[RateUnit.REQUESTS],
        tokens_per_minute=limits[RateUnit.TOKENS],
        concurrent=limits[RateUnit.CONCURRENT],
    )
    section.close()
    if not any(section.has(unit.value) for unit in RateUnit):
        section.report.add(section.path, f"limits nothing: it needs one of {', '.join(RateUnit)}")
    return rule


def _known(section: Section, name: str, kind: str, known: Collection[str]) -> str | None:
    word = section.text(name, default="")
    if word and word not in known:
        section.wrong(name, f"no {kind} {word!r}{did_you_mean(word, known)}")
    return word or None
