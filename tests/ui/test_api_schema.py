"""Whatever the description of the API allows, and much that it does not: answered as described, never broken."""

from __future__ import annotations

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

EXAMPLES = 4  # requests of each kind to each route


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
def test_every_route_answers_as_it_is_described(site, mode):
    schema = schemathesis.openapi.from_url(f"{site}/v1/openapi.json")
    routes = [found.ok() for found in schema.get_all_operations()]
    # what takes neither body nor parameters, or any name, cannot be asked wrongly
    taking = [
        route for route in routes if mode is GenerationMode.POSITIVE or not re.search("/(models|corpora)", route.label)
    ]

    for route in taking:

        @settings(
            max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=route.as_strategy(generation_mode=mode))
        def answered(case):
            # a filter may be any text, and is then told to be wrong
            case.call_and_validate(excluded_checks=[positive_data_acceptance])

        answered()
    assert len(taking) >= 6
