"""Every operation of the description, asked with what it allows and with what it does not."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.schemas import OpenApiSchema

from entrypoints.http.examples import BODIES
from tests.cli.process import ADMIN_KEY, Serving, serving
from tests.e2e.hosted import shipped, written
from tests.http.service import a_body
from tests.http.test_health_and_description import CONTRACT

OPERATIONS = sorted(
    ((method.upper(), path) for path, methods in CONTRACT.items() for method in sorted(methods)),
    key=lambda pair: pair[0] == "DELETE",  # at the end: what is there is asked for before
)
CLOSED = [pair for pair in OPERATIONS if not pair[1].startswith("/health")]
TAKES_ANYTHING = {("GET", "/metrics")}
"""No parameter, no body, and the credential may be missing: nothing that its description forbids can be sent."""
REPORTS_WHAT_IT_REFUSES = {("POST", "/api/v1/backtests/batch")}
"""By contract a line that is no backtest is named in a 200, so that the good lines are kept."""
AUTHORIZED = {"Authorization": f"Bearer {ADMIN_KEY}"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
BOUNDED = settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],  # what fails is shown as it was generated: shrinking takes longer than reading
    suppress_health_check=list(HealthCheck),  # a description that is hard to generate from is no defect of the service
)


@pytest.fixture(scope="module")
def served() -> Iterator[Serving]:
    with tempfile.TemporaryDirectory() as folder:
        configuration = shipped()
        configuration["retention"]["store_bodies"] = True
        memory = {
            "QUANTRAIL_DATABASE_URL": "memory:", "QUANTRAIL_VECTOR_STORE": "memory",
            "QUANTRAIL_CONFIG": written(Path(folder), configuration),
        }  # fmt: skip
        with serving(Path(folder), **memory) as started:
            yield started


@pytest.fixture(scope="module")
def described(served: Serving) -> OpenApiSchema:
    return schemathesis.openapi.from_url(f"{served.url}/schema/openapi.json")


@pytest.fixture(scope="module")
def there(served: Serving) -> dict[str, str]:
    """What the parameters of a path may name: things of the admin that are there."""
    served.json("POST", "/api/v1/backtests", a_body())
    built = served.json("POST", "/api/v1/strategy-builder", {"request": "GOOG에서 RSI 14가 30 아래면 매수"})
    issued = served.json("POST", "/api/v1/admin/keys", {"user_id": "민지", "roles": ["user"]})
    session = served.json("POST", "/api/v1/chatops/sessions", {"title": "RSI 점검"})
    report = served.json("POST", "/api/v1/narrative-reports", {"backtest_id": "bt-2041"})
    served.json("PUT", f"/api/v1/admin/budgets/{quote('팀 한도')}", BODIES["set_budget"])
    return {
        "rule": "팀 한도",
        "backtest_id": "bt-2041",
        "session_id": session["session_id"],
        "report_id": report["report_id"],
        "strategy_id": built["strategy_id"],
        "key_id": issued["key_id"],
        "entry_id": served.json("GET", "/api/v1/gen-ai/usage/entries?service=strategy_builder")["entries"][0][
            "entry_id"
        ],
        "service_name": "memory",
        "user_id": "민지",
    }


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_what_the_description_allows_is_answered_as_described(
    described: OpenApiSchema, there: dict[str, str], method: str, path: str
) -> None:
    seen: set[int] = set()

    @BOUNDED
    @given(case=described[path][method].as_strategy(), known=st.booleans(), acting=st.booleans())
    def asked(case: Case[Any], known: bool, acting: bool) -> None:  # noqa: FBT001  # drawn, not called
        if known:
            case.path_parameters.update({name: there[name] for name in case.path_parameters})
        if not acting:
            case.headers.pop("X-User-Id", None)
        answer = case.call(headers=AUTHORIZED)
        seen.add(answer.status_code)
        case.validate_response(answer, checks=CHECKS, headers=AUTHORIZED)

    asked()
    assert any(status < 500 for status in seen)


@pytest.mark.parametrize(("method", "path"), [pair for pair in CLOSED if pair not in TAKES_ANYTHING])
def test_what_the_description_does_not_allow_is_refused(described: OpenApiSchema, method: str, path: str) -> None:
    strategy = described[path][method].as_strategy(generation_mode=GenerationMode.NEGATIVE)
    checks = CHECKS if (method, path) in REPORTS_WHAT_IT_REFUSES else [*CHECKS, negative_data_rejection]

    @BOUNDED
    @given(case=strategy)
    def asked(case: Case[Any]) -> None:
        case.headers.update(AUTHORIZED)  # given beside the case, it would mend a header that counts as missing
        case.validate_response(case.call(), checks=checks)

    asked()


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_without_a_credential_only_figures_are_shown_and_only_here(served: Serving, method: str, path: str) -> None:
    answer = httpx.request(method, served.url + path, trust_env=False)
    assert answer.status_code == (200 if path == "/metrics" else 401), answer.text


def test_the_generated_bodies_are_taken_too(described: OpenApiSchema) -> None:
    """The checks above would pass where everything is refused."""
    seen: set[int] = set()

    @BOUNDED
    @given(case=described["/api/v1/backtests/search"]["POST"].as_strategy())
    def asked(case: Case[Any]) -> None:
        seen.add(case.call(headers=AUTHORIZED).status_code)

    asked()
    assert {200, 422} <= seen


def test_a_failure_would_be_noticed(served: Serving) -> None:
    document = served.json("GET", "/schema/openapi.json")
    answers = document["paths"]["/health/live"]["get"]["responses"]
    answers["200"]["content"]["application/json"]["schema"] = {"type": "integer"}
    wrong = schemathesis.openapi.from_dict(document)
    case = wrong["/health/live"]["GET"].Case()
    answer = case.call(base_url=served.url)
    with pytest.raises(FailureGroup):
        case.validate_response(answer, checks=CHECKS)
