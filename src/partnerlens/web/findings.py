"""The page of findings: what the data says is odd about a partner, by what the reader can do, with the rows."""

from starlette.requests import Request
from starlette.responses import Response

from partnerlens.access.desk import Desk
from partnerlens.errors import NotFoundError
from partnerlens.findings import (
    GROUP_TITLES,
    SEVERITY_TITLES,
    Evidence,
    Finding,
    Findings,
    Group,
    Severity,
    rule_of,
)
from partnerlens.months import Month
from partnerlens.web.findings_page import EvidenceLine, FindingGroup, FindingLine, FindingsPage
from partnerlens.web.page import Link, State, Subject, rendered, tongue_of
from partnerlens.web.partner import basis_lines, months_of, partner_frame, pinned_notice
from partnerlens.web.question import Question, address, one_of, partner_path, whole_number
from partnerlens.web.tongue import Tongue
from partnerlens.web.turning import PAGE_ROWS, Pages, pages_of
from partnerlens.web.wording import ITEMS

PLACE = "findings"
"""The page below a partner's address."""

_SEVERITIES = tuple(Severity)


def findings(request: Request, desk: Desk, question: Question) -> Response:
    """Return the page of findings of a partner."""
    found = desk.findings(question.partner_id, month=question.month)
    return rendered(request, _Finding(request, desk, question, found).page())


class _Finding:
    """Findings on their way to a page."""

    def __init__(self, request: Request, desk: Desk, question: Question, found: Findings) -> None:
        self.request, self.desk, self.question, self.found = request, desk, question, found
        self.said: Tongue = tongue_of(request)
        self.code = self.chosen_code()
        self.products = dict(desk.choices(question.partner_id, question.month).products)

    def chosen_code(self) -> str | None:
        """The finding whose rows are asked for."""
        text = one_of(self.request.query_params, "code")
        if text is None:
            return None
        rule = rule_of(text)
        if rule is None:
            raise NotFoundError(f"there is no finding '{text}'", "name one such as D-01")
        return rule.code

    def page(self) -> FindingsPage:
        """Return the page."""
        said, question, found = self.said, self.question, self.found
        rights = self.desk.rights(question.partner_id, month=question.month)
        basis = self.desk.basis(question.month)
        pinned = pinned_notice(said, question, basis)
        lines = {finding.rule.code: self.line(finding) for finding in found.found}
        within = lines.get(self.code) if self.code else None
        rows = self.evidence() if within else ()
        return FindingsPage(
            frame=partner_frame(
                self.request,
                question,
                Subject(question.partner_id, found.partner_name or question.partner_id),
                rights,
                PLACE,
                call=self.call(),
            ),
            action=Question(question.partner_id).href(PLACE),
            months=months_of(said, [each.month for each in self.desk.months()], question, PLACE, str(found.month)),
            basis=basis_lines(said, basis, self.desk.settings.time_zone),
            notices=((pinned,) if pinned else ()),
            summary=self.summary(),
            groups=() if within else self.groups(lines),
            within=within,
            up=Link(said.say("All findings"), question.href(PLACE)),
            rows=rows,
            columns=frozenset(
                name for name in EvidenceLine.__dataclass_fields__ if any(getattr(row, name) for row in rows)
            ),
            pages=self.pages() if within else None,
            undecided=tuple((rule.code, said.say(rule.title), said.say(rule.undecided)) for rule in found.undecided),
            exports=self.exports() if rights.download and found.found else (),
            empty=self.empty(is_missing=self.code is not None and within is None),
        )

    def groups(self, lines: dict[str, FindingLine]) -> tuple[FindingGroup, ...]:
        """The findings by what the reader can do, the most severe first."""
        made = []
        for group in Group:
            mine = [finding for finding in self.found.found if finding.rule.group is group]
            mine.sort(key=lambda finding: _SEVERITIES.index(finding.rule.severity))
            if mine:
                title = self.said.say(GROUP_TITLES[group])
                made.append(FindingGroup(group.value, title, tuple(lines[each.rule.code] for each in mine)))
        return tuple(made)

    def line(self, finding: Finding) -> FindingLine:
        """A finding as text."""
        said, rule = self.said, finding.rule
        stake = ""
        if finding.stake is not None:
            stake = said.say(rule.stake_words, amount=said.quantity(finding.stake, finding.unit))
        return FindingLine(
            code=rule.code,
            severity=rule.severity.value,
            severity_name=said.say(SEVERITY_TITLES[rule.severity]),
            sentence=said.say_count(rule.one, rule.many, finding.number),
            stake=stake,
            remedy=said.say(rule.remedy),
            source=rule.source,
            rows=Link(
                said.say("Show %(rows)s", rows=said.quantity(finding.rows, "rows")),
                self.question.href(PLACE, code=rule.code),
            ),
            is_open=rule.code == self.code,
        )

    def evidence(self) -> tuple[EvidenceLine, ...]:
        """The rows of the finding that is chosen."""
        start = (self.page_number - 1) * PAGE_ROWS
        rows = self.found.rows(self.code or "", limit=PAGE_ROWS, offset=start)
        return tuple(self.evidence_line(row) for row in rows)

    def evidence_line(self, row: Evidence) -> EvidenceLine:
        """A row as text."""
        said = self.said
        return EvidenceLine(
            month=said.month(Month.parse(row.month)),
            customer=row.customer_name or "",
            customer_id=row.customer_id or "",
            subscription=row.subscription_id or "",
            product=self.products.get(row.product_id or "", row.product_id or ""),
            item=said.say(ITEMS[row.item]) if row.item in ITEMS else row.item or "",
            amount="" if row.amount is None else said.quantity(row.amount, row.unit),
            note=said.say(ITEMS[row.note]) if row.note in ITEMS else row.note or "",
        )

    @property
    def page_number(self) -> int:
        """The page of the list of rows, from 1."""
        return whole_number(self.request.query_params, "page", least=1) or 1

    def pages(self) -> Pages | None:
        """Where the list of rows stands."""
        total = sum(finding.rows for finding in self.found.found if finding.rule.code == self.code)
        return pages_of(
            self.said, total, self.page_number, lambda page: self.question.href(PLACE, code=self.code, page=page)
        )

    def summary(self) -> str:
        """How many findings there are by severity."""
        said = self.said
        counts = {
            severity: sum(finding.rule.severity is severity for finding in self.found.found) for severity in _SEVERITIES
        }
        return " · ".join(
            f"{said.say(SEVERITY_TITLES[severity])}: {said.number(count)}"
            for severity, count in counts.items()
            if count
        )

    def exports(self) -> tuple[Link, ...]:
        """The rows as files."""
        path = f"/api/v1{partner_path(self.question.partner_id, PLACE)}/rows"
        month = str(self.found.month)
        return tuple(
            Link(name, address(path, [("month", month), ("format", form)]))
            for name, form in (("CSV", "csv"), ("XLSX", "xlsx"), ("Parquet", "parquet"))
        )

    def call(self) -> str:
        """The command that asks the interface for what the page shows."""
        path = f"/api/v1{partner_path(self.question.partner_id, PLACE)}"
        path = f"{path}/{self.code}" if self.code else path
        base = str(self.request.base_url).rstrip("/")
        return (
            f'curl -H "Authorization: Bearer $PARTNERLENS_TOKEN" '
            f'"{base}{address(path, [("month", str(self.found.month))])}"'
        )

    def empty(self, *, is_missing: bool) -> State | None:
        """Why there is nothing to show."""
        said = self.said
        if is_missing:
            return State(
                "no_data",
                said.say("This is not found here"),
                said.say("Nothing in the facts of this month says so."),
                Link(said.say("All findings"), self.question.href(PLACE)),
            )
        if not self.found.found:
            return State("no_data", said.say("Nothing is odd"), said.say("The facts of this month give no finding."))
        return None
