"""Roles as data, and what grants open."""

import pytest

from partnerlens.access.reader import Grant, Reader, Rights, rights_of
from partnerlens.access.roles import OPERATOR, Roles, built_in_roles
from partnerlens.definition import read_definition
from partnerlens.errors import DefinitionError

ROLES = built_in_roles()


def opened(*grants: Grant, partner: str = "acme-fr", account: str | None = "acme") -> Rights | None:
    """Return what grants open at a location of 'acme'."""
    return rights_of(grants, ROLES, partner, account)


def test_the_roles_are_those_of_the_source_pages():
    """Score is for three admins and the executive; adoption for four others; download for the executive alone."""
    pages = {page: {name for name, role in ROLES.items() if page in role.pages} for page in ("score", "adoption")}

    assert pages["score"] == {
        "global_admin",
        "account_admin",
        "mpn_partner_admin",
        "executive_report_viewer",
        OPERATOR,
    }
    assert pages["adoption"] == {
        "global_admin",
        "user_admin",
        "admin_agent",
        "sales_agent",
        "report_viewer",
        "executive_report_viewer",
        OPERATOR,
    }
    assert {name for name, role in ROLES.items() if role.download} == {"executive_report_viewer", OPERATOR}
    assert {name for name, role in ROLES.items() if "operator" in role.pages} == {OPERATOR}


def test_a_role_with_points_sees_revenue():
    """Points are made of revenue, so a role with the score page that hides revenue is refused."""
    text = '[roles.odd]\ntitle = "Odd"\npages = ["score"]\n'

    with pytest.raises(DefinitionError, match="sees revenue"):
        read_definition(text, Roles, origin="roles.toml")


def test_a_grant_on_an_account_covers_its_locations():
    """Without locations the whole account is meant."""
    grant = Grant("report_viewer", "acme")

    assert opened(grant) is not None
    assert opened(grant, partner="acme", account=None) is not None
    assert opened(grant, partner="other", account=None) is None


def test_a_grant_with_locations_covers_these_alone():
    """The account itself and its other locations stay closed, and a location of another account of that name too."""
    grant = Grant("report_viewer", "acme", frozenset({"acme-fr"}))

    assert opened(grant) is not None
    assert opened(grant, partner="acme", account=None) is None
    assert opened(grant, partner="acme-de") is None
    assert opened(grant, account="other") is None


def test_rights_are_what_any_grant_opens():
    """Two roles together open what either does."""
    both = opened(Grant("user_admin", "acme"), Grant("account_admin", "acme"))

    assert both == Rights(frozenset({"adoption", "contribution", "score", "findings"}), revenue=True)


def test_only_an_operator_holds_a_role_for_the_whole_program():
    """A grant without a partner opens nothing unless it is the operators' own; an unknown role opens nothing."""
    assert opened(Grant("executive_report_viewer", None)) is None
    assert opened(Grant("retired_role", "acme")) is None
    assert opened(Grant(OPERATOR, None)).is_operator


def test_who_views_as_another_is_no_operator_and_changes_nothing():
    """The reader that results is the user still, for the audit trail."""
    operator = Reader("u1", "Op", "op@example.com", (Grant(OPERATOR, None),))
    seen = operator.seeing_as("report_viewer", "acme")

    assert (seen.is_operator, seen.may_change, seen.viewed_by, seen.actor) == (False, False, "u1", "u1")
