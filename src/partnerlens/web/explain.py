"""The page behind a number: its rows, those that were near, what leaves it, what changed it, how it is measured."""

from dataclasses import dataclass, replace

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Basis, Desk
from partnerlens.access.explained import Explained
from partnerlens.model.metric import metric_id
from partnerlens.months import WINDOW_MONTHS, Month, months_between
from partnerlens.web import wording
from partnerlens.web.explain_changes import Comparing
from partnerlens.web.explain_page import ExplainPage, Listing, Since
from partnerlens.web.explain_place import Place, message_of, value_words
from partnerlens.web.explain_rows import Rows, Wanted
from partnerlens.web.page import Link, State, Subject, rendered, tongue_of
from partnerlens.web.partner import basis_lines, partner_frame, pinned_notice
from partnerlens.web.question import Question, choice_of, one_of, whole_number
from partnerlens.web.tongue import Tongue

TABS = ("counted", "not-counted", "leaving", "since", "how")
"""The tabs, the first shown first; the bridge since the month before is for metrics."""

HELD_AGAINST_A_YEAR_BEFORE = ("growth", "people_growth", "qualifying")
"""The kinds of indicators in which the month counts, and where they grow the one that it is held against."""


def explain(request: Request, desk: Desk, question: Question, metric: str) -> Response:
    """Return the page behind a metric of a partner."""
    place = Place.of_metric(metric_id(metric).value)
    wanted = _wanted(request.query_params)
    with desk.explain(question.partner_id, metric, **question.asked) as explained:
        return rendered(request, _Explaining(request, desk, question, place, wanted, explained).page())


def explain_indicator(request: Request, desk: Desk, question: Question, indicator: str) -> Response:
    """Return the page behind an indicator of a partner's score."""
    question = question.cleared()
    place = Place.of_indicator(indicator, request.query_params)
    wanted = _wanted(request.query_params)
    with desk.explain_indicator(
        question.partner_id, indicator, month=question.month, leaving=wanted.tab == "leaving", **dict(place.kept)
    ) as explained:
        return rendered(request, _Explaining(request, desk, question, place, wanted, explained).page())


def _wanted(query: QueryParams) -> Wanted:
    """What an address asks; raises UsageError where it is none of the tabs, no page or no month."""
    leaves = one_of(query, "leaves")
    return Wanted(
        choice_of(query, "tab", TABS, TABS[0]),
        whole_number(query, "page", least=1) or 1,
        one_of(query, "customer"),
        one_of(query, "reason"),
        None if leaves is None else str(Month.parse(leaves)),
    )


@dataclass(frozen=True)
class _Explaining:
    """One explanation on its way to a page."""

    request: Request
    desk: Desk
    question: Question
    place: Place
    wanted: Wanted
    explained: Explained

    @property
    def said(self) -> Tongue:
        return tongue_of(self.request)

    def page(self) -> ExplainPage:
        """Return the page."""
        said, heading, question, place = self.said, self.explained.heading, self.question, self.place
        basis = self.basis()
        products = dict(self.desk.choices(question.partner_id, question.month).products)
        published = [month.month for month in self.desk.months()]
        rows = Rows(said, question, place, self.explained, products)
        listing = rows.listing(self.wanted)
        since = self.since(products) if self.wanted.tab == "since" else None
        message, filled = message_of(heading.definition)
        return ExplainPage(
            frame=partner_frame(
                self.request,
                question,
                Subject(heading.partner_id, heading.partner_name),
                self.explained.rights,
                "explain",
                title=said.say(heading.title),
                call=self.call(),
            ),
            back=self.back(),
            title=self.title(),
            months=place.months(said, published, question, heading.month),
            chips=self.chips(products),
            clear=Link(said.say("Clear filters"), place.href(question.cleared())) if question.is_filtered else None,
            standing=self.standing(),
            basis=basis_lines(said, basis, self.desk.settings.time_zone),
            notices=self.notices(pinned_notice(said, question, basis)),
            tab=self.wanted.tab,
            tabs=self.tabs(has_before=str(heading.month - 1) in published),
            listing=listing,
            since=since,
            others=self.others(),
            options=self.options(),
            up=Link(said.say("Back to the sums"), place.href(question, tab=self.wanted.tab))
            if listing.within
            else None,
            sides=rows.side_names(),
            totals=tuple(rows.amount(total.amount) for total in self.explained.counted),
            total_rows=said.quantity(self.explained.rows_there(counted=True), "rows"),
            arithmetic=self.arithmetic(),
            has_notes=any(row.note for row in listing.rows),
            definition=said.say(message, **filled),
            counted_rows=" ".join(
                said.say(f"{sentence}.") for sentence in heading.counted_rows.rstrip(".").split(". ")
            ),
            method=said.say((wording.METHODS if place.is_metric else wording.KINDS)[heading.method]),
            window=said.months(heading.first_month, heading.month),
            strip=self.strip(),
            rules=self.rules(products),
            exports=self.exports() if self.explained.rights.download else (),
            empty=self.empty(listing, since),
        )

    def since(self, products: dict[str, str]) -> Since:
        """What became of the number since the month before."""
        asked = self.question.asked
        with self.desk.bridge(self.question.partner_id, self.explained.heading.subject, **asked) as compared:
            comparing = Comparing(self.said, compared, products)
            changes = comparing.changes(self.wanted.page, lambda page: self.tab_href("since", page=page))
            return Since(comparing.sentence(), comparing.bridges(), changes)

    def tab_href(self, tab: str, **more: object) -> str:
        """The address of a tab."""
        return self.place.href(self.question, tab=tab, **more)

    def back(self) -> Link:
        """The page that the number stands on."""
        question = self.question.changed(edition=None)
        if self.place.is_metric:
            return Link(self.said.say("Contribution"), question.href())
        kept = {name: value for name, value in self.place.kept if name != "option"}
        return Link(self.said.say("Score"), question.href("score", **kept))

    def others(self) -> tuple[Link, ...]:
        """The pages that hold a metric against others: its bands, and for operators two editions."""
        if not self.place.is_metric:
            return ()
        subject, plain = self.explained.heading.subject, self.question.changed(edition=None)
        bands = Link(self.said.say("Bands"), plain.href(f"band/{subject}"))
        editions = Link(self.said.say("Compare two editions"), plain.href(f"difference/{subject}"))
        return (bands, editions) if self.explained.rights.is_operator else (bands,)

    def options(self) -> tuple[Link, ...]:
        """The other options of an indicator."""
        found = self.explained.heading.indicator
        if found is None:
            return ()
        kept = {name: value for name, value in self.place.kept if name != "option"}
        return tuple(
            Link(
                self.said.say("Option %(option)s", option=name),
                self.question.href(self.place.page, **kept, option=name),
            )
            for name in found.other_options
        )

    def title(self) -> str:
        """The number in a sentence."""
        said, heading = self.said, self.explained.heading
        metric = said.say(heading.title)
        if heading.value is None:
            words = wording.NOT_COMPUTABLE.get(heading.null_reason or "")
            return f"{metric}: {said.say(words.short) if words else '–'}"
        value = value_words(said, heading)
        rows = said.quantity(self.explained.rows_there(counted=True), "rows")
        count = self.explained.customers_there()
        if count:
            customers = said.quantity(count, "customers")
            return said.say(
                "%(metric)s: %(value)s, made of %(rows)s of %(customers)s",
                metric=metric,
                value=value,
                rows=rows,
                customers=customers,
            )
        return said.say("%(metric)s: %(value)s, made of %(rows)s", metric=metric, value=value, rows=rows)

    def basis(self) -> Basis:
        """What the number rests on; an indicator has the credit policy of its scorecard."""
        basis, found = self.desk.basis(self.question.month), self.explained.heading.indicator
        return basis if found is None else replace(basis, credit_policy=found.credit_policy)

    def standing(self) -> tuple[str, ...]:
        """Where an indicator stands in its scorecard, and what it earns."""
        said, found = self.said, self.explained.heading.indicator
        if found is None:
            return ()
        versions = {(known.id, known.version): known for known in self.desk.scorecards()}
        version = versions[found.scorecard, found.version]
        reason = wording.POINTS_REASONS.get(found.reason or "", found.reason or "")
        return (
            said.say("%(points)s of %(most)s points", points=said.points(found.points), most=said.points(found.max)),
            f"{said.say(version.title)} ({found.version})",
            *((said.say("Track %(track)s", track=found.track),) if len(version.tracks) > 1 else ()),
            *((said.say("Option %(option)s", option=found.option),) if found.other_options else ()),
            *((said.say(reason),) if reason else ()),
        )

    def tabs(self, *, has_before: bool) -> tuple[Link, ...]:
        """The links to the tabs."""
        said, explained = self.said, self.explained
        before = said.month(explained.heading.month - 1)
        labels = {
            "counted": f"{said.say('Counted')} ({said.number(explained.rows_there(counted=True))})",
            "not-counted": f"{said.say('Not counted')} ({said.number(explained.rows_there(counted=False))})",
            "leaving": said.say("Leaving"),
            "since": said.say("Since %(month)s", month=before),
            "how": said.say("How it is measured"),
        }
        if not (self.place.is_metric and (has_before or self.wanted.tab == "since")):
            del labels["since"]
        return tuple(Link(label, self.tab_href(tab), tab == self.wanted.tab) for tab, label in labels.items())

    def arithmetic(self) -> str:
        """How the sums make the number."""
        heading = self.explained.heading
        if heading.value is None or heading.denominator is None:
            return ""
        return f"{self.said.number(heading.numerator or '0')} ÷ {self.said.number(heading.denominator)} = " + (
            value_words(self.said, heading)
        )

    def notices(self, pinned: str) -> tuple[str, ...]:
        """What to know about the rows."""
        said = self.said
        notices = [pinned] if pinned else []
        if self.explained.hides_people:
            notices.append(said.say("Names of people and users are left out: your role does not open them."))
        if not self.explained.ties_out:
            notices.append(
                said.say(
                    "The rows do not add up to the number: another version of Partnerlens built this edition. "
                    "Build the month again."
                )
            )
        for flag in self.explained.heading.flags:
            words = wording.FLAGS.get(flag)
            notices.append(f"{said.say(words.short)}: {said.say(words.long)}" if words else flag)
        return tuple(notices)

    def chips(self, products: dict[str, str]) -> tuple[Link, ...]:
        """The filters that hold, each with the link that removes it."""
        said = self.said
        chips = []
        for name, label in (
            ("product", said.say("Product")),
            ("workload", said.say("Workload")),
            ("country", said.say("Customer location")),
        ):
            chosen: tuple[str, ...] = getattr(self.question, name) or ()
            for value in chosen:
                left = tuple(other for other in chosen if other != value) or None
                text = products.get(value, value) if name == "product" else value
                text = said.country(value) if name == "country" else text
                href = self.place.href(self.question.changed(**{name: left}), tab=self.wanted.tab)
                chips.append(Link(f"{label}: {text}", href))
        return tuple(chips)

    def strip(self) -> tuple[tuple[str, bool], ...]:
        """Two years of months, and which of them count."""
        heading = self.explained.heading
        first = heading.month - (2 * WINDOW_MONTHS - 1)
        counts = set(months_between(heading.first_month, heading.month))
        if heading.method in HELD_AGAINST_A_YEAR_BEFORE:
            counts = {heading.first_month, heading.month}
        return tuple((self.said.month(month), month in counts) for month in months_between(first, heading.month))

    def rules(self, products: dict[str, str]) -> tuple[tuple[str, str], ...]:
        """What decided about the rows."""
        said, heading = self.said, self.explained.heading
        asked = heading.filter
        chosen = {
            said.say("Product"): [products.get(product, product) for product in sorted(asked.products)],
            said.say("Workload"): sorted(asked.workloads),
            said.say("Customer location"): [said.country(country) for country in sorted(asked.countries)],
        }
        filters = ((label, said.listed(values) if values else said.say("All")) for label, values in chosen.items())
        return (
            *(filters if self.place.is_metric else ()),
            *((name, digest[:16]) for name, digest in heading.rule_sets.items()),
            *((name, str(value)) for name, value in sorted(heading.parameters.items())),
        )

    def exports(self) -> tuple[Link, ...]:
        """The rows as files: those that count, those that do not, those that leave, and those that changed."""
        said = self.said
        pinned = self.pinned()
        kinds: list[tuple[str, str, dict[str, str]]] = [
            (said.say("Counted"), "rows", {"counted": "true"}),
            (said.say("Not counted"), "rows", {"counted": "false"}),
            (said.say("Leaving"), "leaving/rows", {}),
        ]
        if self.wanted.tab == "since":
            before = said.month(self.explained.heading.month - 1)
            kinds.append((said.say("Since %(month)s", month=before), "bridge/rows", {}))
        return tuple(
            Link(f"{label} · {form}", self.place.source_href(pinned, below, format=form.lower(), **more))
            for label, below, more in kinds
            for form in ("CSV", "XLSX", "Parquet")
        )

    def call(self) -> str:
        """The command that asks the interface for the rows."""
        below = {"leaving": "leaving/rows", "since": "bridge/rows"}.get(self.wanted.tab, "rows")
        base = str(self.request.base_url).rstrip("/")
        asked = self.place.source_href(self.pinned(), below)
        return f'curl -H "Authorization: Bearer $PARTNERLENS_TOKEN" "{base}{asked}"'

    def pinned(self) -> Question:
        """The question of the month that is shown, also when a later one is published."""
        return self.question.changed(month=str(self.explained.heading.month), edition=None)

    def empty(self, listing: Listing, since: Since | None) -> State | None:
        """Why there are no rows."""
        said, tab = self.said, self.wanted.tab
        if tab == "counted" and not self.explained.rows_there(counted=True):
            if self.question.is_filtered:
                return State(
                    "filtered_out",
                    said.say("No row counts under this filter"),
                    said.say("Clear the filters, or see which rows do not count, and why."),
                    Link(said.say("Clear filters"), self.place.href(self.question.cleared())),
                )
            return State(
                "no_data",
                said.say("No row counts"),
                said.say("Nothing within the window counts for this number. See which rows were near."),
                Link(said.say("Not counted"), self.tab_href("not-counted")),
            )
        if tab == "not-counted" and not self.explained.rows_there(counted=False):
            return State(
                "no_data", said.say("Nothing was left out"), said.say("No row was near this number without counting.")
            )
        if tab == "leaving" and not listing.months:
            return State(
                "no_data",
                said.say("Nothing leaves"),
                said.say("If nothing is added, the number stays as it is for the next twelve months."),
            )
        if since is not None and not since.changes.lines:
            return State("no_data", said.say("Nothing changed"), said.say("No row differs from the month before."))
        return None
