"""The rules of rejection: their codes are stable and their texts complete."""

import pytest

from partnerlens.ingest.rules import RULES, explanation

CODES = (
    "required too_long not_a_number negative not_positive not_whole too_large too_many_decimals not_a_date "
    "not_a_month out_of_range not_a_flag not_a_country not_a_currency unknown_choice end_before_start "
    "claim_without_cpor own_parent nested_parent unknown_reference no_exchange_rate conflicting_key bad_row "
    "bad_encoding nul_byte"
)


def test_codes_are_stable() -> None:
    """Scripts depend on the codes; one is added here before it is used, and none is removed."""
    assert list(RULES) == CODES.split()


@pytest.mark.parametrize("rule", RULES)
def test_texts_are_complete(rule: str) -> None:
    """Every rule says in words what is wrong and what to do, also for a value with braces."""
    problem, remedy = explanation(rule, "seats", "sold_seats", "{x}")

    assert "{column}" not in problem + remedy
    assert "{expected}" not in problem + remedy
    assert len(problem) > 10
    assert len(remedy) > 10


def test_text_names_column_value_and_remedy() -> None:
    """The texts of a fault carry the column, the value in quotes and how to write it."""
    assert explanation("not_a_date", "instances", "deployed_on", "1.3.25") == (
        "deployed_on '1.3.25' is not a date",
        "write it as YYYY-MM-DD, or an ISO 8601 time that is read in the program's time zone",
    )
    assert explanation("unknown_reference", "seats", "subscription_id", "S9") == (
        "subscription_id 'S9' is not known",
        "load the file of subscriptions that names it; the row is then taken up by itself",
    )
    assert explanation("bad_encoding", "seats", "Beleg", "x") == (
        "Beleg holds bytes that are not text: 'x'",
        "save the file as UTF-8, or name its encoding",
    )
