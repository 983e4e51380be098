"""
The API keeps what its description promises, whoever asks and whatever is asked (schemathesis).

An example of each operation is tried every day, for each role; ``make fuzz`` tries many.
"""

import os
import shutil

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from access.access_routes import API, RULES
from access.access_site import Site, make_site
from partnerlens.access.settings import LimitSettings, ServerSettings

EXAMPLES = int(os.environ.get("PARTNERLENS_FUZZ", "1"))
LEFT_OUT = [ignored_auth, positive_data_acceptance]
"""Each request carries the token of a role, and most invented ids and months are of nobody."""

DESCRIBED = {
    (method, path.replace(":path", ""))
    for method, path in RULES
    if path.startswith(f"{API}/") and path != f"{API}/openapi.json"
}
"""Every route of the API but the one that describes it."""

ROLES = ("program_operator", "executive_report_viewer", "report_viewer", "sales_agent", "nobody")


@pytest.fixture(scope="module")
def site(tiny_home, tmp_path_factory) -> Site:
    """Return a server whose limits do not end the test."""
    home = shutil.copytree(tiny_home, tmp_path_factory.mktemp("contract") / "home")
    limits = LimitSettings(requests_per_minute=10**6, upload_bytes=100_000, answer_seconds=120)
    return make_site(home, ServerSettings(trusted_hosts=("testserver",), limits=limits))


@pytest.mark.parametrize("role", ROLES)
def test_the_api_keeps_its_description(site, role):
    """No request meets a bug, and every reply has a status and a form that the description names."""
    described = schemathesis.openapi.from_asgi("/api/v1/openapi.json", site.app)
    tried = settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=EXAMPLES < 10,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    operations = [found.ok() for found in described.get_all_operations()]
    assert {(operation.method.upper(), operation.path) for operation in operations} >= DESCRIBED
    for operation in operations:

        @tried
        @given(operation.as_strategy())
        def keep(case) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {site.tokens[role]}"}, excluded_checks=LEFT_OUT)

        keep()
