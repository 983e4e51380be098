"""What the pages of licences share: figures, lines, causes and advice in the reader's language."""

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from partnerlens.adoption import Adoption, Counts, CustomerAdoption, GroupAdoption, Line
from partnerlens.adoption.advice import SCENARIOS
from partnerlens.adoption.line import CAUSES
from partnerlens.web.adoption_page import AdviceCard, Figures, LicenceLine, Share, ShareTile
from partnerlens.web.chart import Spark, share, spark
from partnerlens.web.tongue import Tongue


def _message(text: str) -> str:
    """Mark a text as a message, to be translated where it is shown."""
    return text


METHODS = {
    "users_28_days": _message("users of the last 28 days"),
    "monthly_counts": _message("monthly counts of the feed"),
    "active_seats": _message("active seats of the subscriptions"),
    "unknown": _message("use not known"),
}
"""How active licences are counted, by method."""

LICENCES = {
    "trial": _message("trial"),
    "free": _message("free"),
    "internal": _message("internal use"),
    "viral": _message("viral"),
}
"""Kinds of licences that nobody bought."""

DASH = "–"


def tiles_of(said: Tongue, adoption: Adoption) -> tuple[ShareTile, ...]:
    """Return deployment, usage and unused licences with twelve months of each."""
    everything, own = adoption.all, adoption.own
    unused = adoption.unassigned + adoption.inactive
    return (
        ShareTile(
            id="deployment",
            title=said.say("Deployment"),
            value=_figure(said, everything.deployment),
            made_of=_assigned_words(said, everything),
            own="" if own is None else _own_words(said, own.deployment, _assigned_words(said, own)),
            state="" if everything.sold else said.say("No licence is sold here."),
            spark=_spark(said, [point.all.deployment for point in adoption.trend]),
            series=_series(said, adoption, "deployment"),
            has_own=own is not None,
            definition=said.say("Licences assigned to users per licence sold."),
        ),
        ShareTile(
            id="usage",
            title=said.say("Usage"),
            value=_figure(said, everything.usage),
            made_of=_active_words(said, everything),
            own="" if own is None else _own_words(said, own.usage, _active_words(said, own)),
            state="" if everything.measured else said.say("Nothing is known about use here."),
            spark=_spark(said, [point.all.usage for point in adoption.trend]),
            series=_series(said, adoption, "usage"),
            has_own=own is not None,
            definition=said.say(
                "Licences that their users used in the last 28 days per licence they are entitled to. "
                "It may be above 100%, and is never cut."
            ),
        ),
        ShareTile(
            id="unused",
            title=said.say("Unused licences"),
            value=said.number(unused),
            made_of=said.say(
                "%(unassigned)s not assigned, %(inactive)s assigned and not used",
                unassigned=said.number(adoption.unassigned),
                inactive=said.number(adoption.inactive),
            ),
            own="",
            state="",
            spark=None,
            series=(),
            has_own=False,
            definition=said.say("Licences that are paid for and not in use, product by product of each customer."),
        ),
    )


def customer_line(said: Tongue, customer: CustomerAdoption, href: str) -> LicenceLine:
    """Return a customer as a line of the portfolio."""
    return LicenceLine(
        name=customer.customer_name,
        id=customer.customer_id,
        href=href,
        country=said.country(customer.country),
        figures=_figures(said, customer.all),
        own="" if customer.own is None else said.number(customer.own.sold),
        unused=said.number(customer.unused),
        causes=_causes(said, customer.causes, is_over=customer.is_over),
        corrected=_figure(said, customer.corrected_usage),
        method="",
        advice=tuple((code, said.say(SCENARIOS[code].title)) for code in customer.advice),
    )


def product_line(said: Tongue, line: Line) -> LicenceLine:
    """Return a customer's product."""
    method = (line.method if line.all.measured else None) or "unknown"
    return LicenceLine(
        name=line.product_name,
        id=line.product_id,
        href="",
        country="",
        figures=_figures(said, line.all),
        own="" if line.own is None else said.number(line.own.sold),
        unused=said.number(line.unused),
        causes=_causes(said, line.causes, is_over=line.excess is not None),
        corrected=_figure(said, line.corrected_usage),
        method=said.say(METHODS[method]),
        advice=(),
    )


def group_line(said: Tongue, group: GroupAdoption, *, with_id: bool) -> LicenceLine:
    """Return a product or a workload over all customers."""
    return LicenceLine(
        name=group.name,
        id=group.id if with_id else "",
        href="",
        country="",
        figures=_figures(said, group.all),
        own="" if group.own is None else said.number(group.own.sold),
        unused="",
        causes=(),
        corrected="",
        method="",
        advice=(),
    )


def advice_cards(
    said: Tongue, customers: Iterable[CustomerAdoption], *, is_one: bool = False
) -> tuple[AdviceCard, ...]:
    """Return the advice for the scenarios that fit some of the customers; of one alone they are not counted."""
    fitting: dict[str, int] = {}
    for customer in customers:
        for code in customer.advice:
            fitting[code] = fitting.get(code, 0) + 1
    return tuple(
        AdviceCard(
            code,
            said.say(scenario.title),
            "" if is_one else said.quantity(fitting[code], "customers"),
            said.say(scenario.fits),
            said.say(scenario.consider),
            said.say(scenario.attempt),
        )
        for code, scenario in SCENARIOS.items()
        if code in fitting
    )


def methods_words(said: Tongue, adoption: Adoption) -> str:
    """Return how active licences are counted."""
    named = said.listed(said.say(METHODS[name]) for name in adoption.methods)
    return said.say("Active is counted from: %(methods)s.", methods=named) if named else ""


def left_out_words(said: Tongue, adoption: Adoption) -> str:
    """Return what is not counted because nobody bought it, or that it is counted."""
    if adoption.include_trials:
        return said.say("Trials, free and internal licences, and seats that nobody bought are counted too.")
    if not adoption.left_out:
        return ""
    seats = sum(entry.seats for entry in adoption.left_out)
    kinds = said.listed(
        said.say(LICENCES[kind]) for kind in LICENCES if any(entry.licence == kind for entry in adoption.left_out)
    )
    return said.say_count(
        "%(number)s licence that nobody bought is left out (%(kinds)s).",
        "%(number)s licences that nobody bought are left out (%(kinds)s).",
        seats,
        kinds=kinds,
    )


def percent(said: Tongue, value: Fraction | None) -> str:
    """Return a percentage; a dash where there is none."""
    return DASH if value is None else said.percent(value)


def number(said: Tongue, value: int | None) -> str:
    """Return a number; a dash where there is none."""
    return DASH if value is None else said.number(value)


def _figure(said: Tongue, value: Fraction | None) -> str:
    return "" if value is None else said.percent(value)


def _figures(said: Tongue, counts: Counts) -> Figures:
    return Figures(
        sold=said.number(counts.sold),
        assigned=said.number(counts.assigned),
        active=number(said, counts.active),
        deployment=_share(said, counts.deployment),
        usage=_share(said, counts.usage),
    )


def _share(said: Tongue, value: Fraction | None) -> Share:
    return Share(percent(said, value), share(float(value or 0), 1), value is not None and value > 1)


def _causes(said: Tongue, codes: Iterable[str], *, is_over: bool) -> tuple[tuple[str, str], ...]:
    found = tuple((code, said.say(CAUSES[code])) for code in codes)
    if found or not is_over:
        return found
    return (("D-09", said.say("The facts do not tell why; ask the customer.")),)


def _assigned_words(said: Tongue, counts: Counts) -> str:
    return said.say(
        "%(assigned)s assigned of %(sold)s sold", assigned=said.number(counts.assigned), sold=said.number(counts.sold)
    )


def _active_words(said: Tongue, counts: Counts) -> str:
    if not counts.measured:
        return ""
    return said.say(
        "%(active)s active of %(measured)s entitled",
        active=number(said, counts.active),
        measured=said.number(counts.measured),
    )


def _own_words(said: Tongue, value: Fraction | None, made_of: str) -> str:
    if value is None:
        return said.say("Own: no percentage")
    return said.say("Own: %(share)s (%(made_of)s)", share=said.percent(value), made_of=made_of)


def _series(said: Tongue, adoption: Adoption, name: str) -> tuple[tuple[str, str, str], ...]:
    return tuple(
        (
            said.month(point.month),
            percent(said, getattr(point.all, name)),
            "" if point.own is None else percent(said, getattr(point.own, name)),
        )
        for point in adoption.trend
    )


def _spark(said: Tongue, values: list[Fraction | None]) -> Spark | None:
    present = [value for value in values if value is not None]
    if not present:
        return None
    sentence = said.say(
        "Twelve months: from %(first)s to %(last)s, lowest %(low)s, highest %(high)s",
        first=said.percent(present[0]),
        last=said.percent(present[-1]),
        low=said.percent(min(present)),
        high=said.percent(max(present)),
    )
    return spark([None if value is None else Decimal(float(value)) for value in values], sentence)
