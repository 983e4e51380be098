"""Each page gives its template exactly the fields of its context."""

from dataclasses import fields, is_dataclass

import pytest
from jinja2 import meta

from partnerlens.web.account import SignInPage
from partnerlens.web.adoption_page import AdoptionCustomerPage, AdoptionPage
from partnerlens.web.contribution_page import ContributionPage
from partnerlens.web.explain_band import BandPage
from partnerlens.web.explain_page import DifferencePage, ExplainPage
from partnerlens.web.findings_page import FindingsPage
from partnerlens.web.operator_page import EditionsPage, LoadsPage, QuarantinePage, ScorecardsPage, TrailPage
from partnerlens.web.operator_publish import PublishPage
from partnerlens.web.partner_list import PartnersPage
from partnerlens.web.plain import ErrorPage, StatePage
from partnerlens.web.score_page import ScorePage
from partnerlens.web.statement_page import StatementPage
from partnerlens.web.template import environment

PAGES = [
    AdoptionCustomerPage,
    AdoptionPage,
    BandPage,
    ContributionPage,
    DifferencePage,
    EditionsPage,
    ErrorPage,
    ExplainPage,
    FindingsPage,
    LoadsPage,
    PartnersPage,
    PublishPage,
    QuarantinePage,
    ScorePage,
    ScorecardsPage,
    SignInPage,
    StatePage,
    StatementPage,
    TrailPage,
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_template_uses_the_fields_of_its_context_and_nothing_else(page):
    """What a template names is what the dataclass holds: no field is missing, and none is left over."""
    templates = environment("en")
    around = () if page is StatementPage else ("base.html",)  # it is printed, and has no navigation
    sources = [templates.loader.get_source(templates, name)[0] for name in (page.template, *around)]
    named = set().union(*(meta.find_undeclared_variables(templates.parse(source)) for source in sources))

    assert {field.name for field in fields(page)} == named - set(templates.globals) - {"licences", "parts"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.__name__)
def test_a_context_is_frozen_and_says_what_each_field_is(page):
    """A page cannot be changed once it is made, and its documentation names each field."""
    assert is_dataclass(page)
    assert page.__dataclass_params__.frozen
    assert [field.name for field in fields(page) if f"    {field.name}: " not in page.__doc__] == []


def test_every_template_of_a_page_has_a_context():
    """A new template cannot be forgotten here."""
    shared = {"adoption_parts.html", "base.html", "parts.html"}
    names = set(environment("en").list_templates()) - shared

    assert names == {page.template for page in PAGES}
