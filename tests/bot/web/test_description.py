"""The API keeps to its own description, whatever is sent: schemathesis makes requests from it, good ones and bad ones."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case, GenerationMode

REQUESTS = 10  # for each operation, good and bad each
QUICK = settings(
    max_examples=REQUESTS,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def schema(real_address: str) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{real_address}/openapi.json")


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_no_request_fails_or_is_answered_otherwise_than_described(
    schema: schemathesis.BaseSchema, mode: GenerationMode
) -> None:
    sent: list[int] = []

    def hold(case: Case) -> None:
        response = case.call()
        sent.append(response.status_code)
        if response.status_code != 413:  # it is refused before anyone reads what is wrong with it
            case.validate_response(response)

    for operation in (result.ok() for result in schema.get_all_operations()):
        raw = operation.definition.raw
        can_be_bad = "requestBody" in raw or any(parameter["in"] == "query" for parameter in raw.get("parameters", ()))
        if mode is GenerationMode.NEGATIVE and not can_be_bad:
            continue
        strategy = operation.as_strategy(generation_mode=mode)
        QUICK(given(case=strategy)(hold))()
    assert len(sent) >= 60
    assert max(sent) < 500
