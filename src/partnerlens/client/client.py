"""Ask a Partnerlens server from Python."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote
from uuid import uuid4

import httpx2

from partnerlens import errors
from partnerlens.document.answer import AnswerDocument
from partnerlens.document.band import BandDocument
from partnerlens.document.difference import BridgeDocument, DifferenceDocument
from partnerlens.document.explanation import ExplanationDocument, LeavingDocument, RowDocument
from partnerlens.document.facts import (
    EditionDocument,
    ListedEditionDocument,
    LoadDocument,
    RejectionDocument,
    ReportDocument,
)
from partnerlens.document.findings import EvidenceDocument, FindingsDocument
from partnerlens.document.publication import TierChangeDocument
from partnerlens.document.reconciliation import ReconciliationDocument
from partnerlens.document.score import ScorecardDocument, ScoreDocument
from partnerlens.errors import PartnerlensError, ResourceError

PAGE = 1000
"""Entries that are asked for at a time."""

SECONDS = 60.0

FileFormat = Literal["csv", "xlsx", "parquet", "ndjson"]
"""The formats in which rows can be taken away."""


class Client:
    """
    One server, asked in the name of a token.

    Lists are given whole, however many pages they take. Errors are those of ``partnerlens.errors``, with the server's
    problem and remedy.

    Args:
        url: the server's address, such as ``https://partners.example.com``.
        token: a token of ``partnerlens token create``.
        seconds: how long a reply may take.
        http: a client to use instead of an own one, such as that of a test.
    """

    def __init__(self, url: str, token: str, *, seconds: float = SECONDS, http: httpx2.Client | None = None) -> None:
        """Nothing is asked yet."""
        self._http = http or httpx2.Client(base_url=url, timeout=seconds)
        self._headers = {"Authorization": f"Bearer {token}"}

    def me(self) -> dict[str, Any]:
        """Return who asks, with the roles held."""
        found: dict[str, Any] = self._get("/me")
        return found

    def months(self) -> list[dict[str, Any]]:
        """Return the published months, latest first."""
        found: list[dict[str, Any]] = self._get("/months")
        return found

    def scorecards(self) -> list[ScorecardDocument]:
        """Return every version of every scorecard."""
        found: list[ScorecardDocument] = self._get("/scorecards")
        return found

    def partners(self, search: str | None = None, *, month: str | None = None) -> Iterator[dict[str, Any]]:
        """Return the partners that the token may see, by name."""
        return self._all("/partners", "partners", search=search, month=month)

    def partner(self, partner: str, *, month: str | None = None) -> dict[str, Any]:
        """Return a partner with what the token may see of it; raises NotFoundError when there is none."""
        found: dict[str, Any] = self._get(_of(partner), month=month)
        return found

    def choices(self, partner: str, *, month: str | None = None) -> dict[str, Any]:
        """Return the filter values under which a partner has something."""
        found: dict[str, Any] = self._get(_of(partner, "choices"), month=month)
        return found

    def answer(
        self,
        partner: str,
        *,
        month: str | None = None,
        products: Iterable[str] = (),
        workloads: Iterable[str] = (),
        countries: Iterable[str] = (),
    ) -> AnswerDocument:
        """
        Return the eight metrics of a partner; see ``Workspace.answer``.

        Raises:
            NotFoundError: the partner, month or a filter value is unknown.
            ForbiddenError: the token's roles do not open it.
        """
        asked = {"product": [*products], "workload": [*workloads], "country": [*countries]}
        found: AnswerDocument = self._get(_of(partner, "answer"), month=month, **asked)
        return found

    def score(
        self,
        partner: str,
        *,
        scorecard: str | None = None,
        month: str | None = None,
        track: str | None = None,
        roll_off: bool = False,
    ) -> ScoreDocument:
        """Return the score of a partner; with ``roll_off`` also how many rows leave; see ``Workspace.score``."""
        asked = {"scorecard": scorecard, "month": month, "track": track, "roll_off": roll_off or None}
        found: ScoreDocument = self._get(_of(partner, "score"), **asked)
        return found

    def what_if(self, partner: str, **changes: Any) -> ScoreDocument:
        """Return the score as it would be; ``changes`` are the fields of the API's ``WhatIf``."""
        found: ScoreDocument = self._json("POST", _of(partner, "score"), json=changes)
        return found

    def explain(
        self, partner: str, metric: str, *, counted: bool = True, limit: int = 50, offset: int = 0, **asked: Any
    ) -> ExplanationDocument:
        """
        Return some of the rows behind a number, with all that they rest on; see ``Workspace.explain``.

        Args:
            partner: the partner.
            metric: the metric.
            counted: the rows that count, or those that were near.
            limit: at most so many.
            offset: how many to skip.
            asked: ``month``, ``products``, ``workloads`` and ``countries``.
        """
        place = _of(partner, "metrics", metric)
        found: ExplanationDocument = self._get(place, counted=counted, limit=limit, offset=offset, **_words(asked))
        return found

    def rows(self, partner: str, metric: str, *, counted: bool = True, **asked: Any) -> Iterator[RowDocument]:
        """Return all rows behind a number, one page after the other; ``asked`` as for ``explain``."""
        return self._all(_of(partner, "metrics", metric), "rows", counted=counted, **_words(asked))

    def leaving(self, partner: str, metric: str, *, limit: int = 50, offset: int = 0, **asked: Any) -> LeavingDocument:
        """Return what leaves a number in the next twelve months; ``asked`` as for ``explain``, and ``leaves_in``."""
        place = _of(partner, "metrics", metric, "leaving")
        found: LeavingDocument = self._get(place, limit=limit, offset=offset, **_words(asked))
        return found

    def explain_indicator(
        self, partner: str, indicator: str, *, counted: bool = True, limit: int = 50, offset: int = 0, **asked: Any
    ) -> ExplanationDocument:
        """
        Return some of the rows behind an indicator of a score.

        Args:
            partner: the partner.
            indicator: the indicator.
            counted: the rows that count, or those that were near.
            limit: at most so many.
            offset: how many to skip.
            asked: ``scorecard``, ``month``, ``track`` and ``option``.
        """
        place = _of(partner, "indicators", indicator)
        found: ExplanationDocument = self._get(place, counted=counted, limit=limit, offset=offset, **asked)
        return found

    def indicator_leaving(
        self, partner: str, indicator: str, *, limit: int = 50, offset: int = 0, **asked: Any
    ) -> LeavingDocument:
        """Return what leaves an indicator, by month; ``asked`` as for ``explain_indicator``, and ``leaves_in``."""
        place = _of(partner, "indicators", indicator, "leaving")
        found: LeavingDocument = self._get(place, limit=limit, offset=offset, **asked)
        return found

    def band(self, partner: str, metric: str, *, band: int | None = None, **asked: Any) -> BandDocument:
        """Return a band of a metric's benchmark, the partner's own by default; ``asked`` as for ``explain``."""
        found: BandDocument = self._get(_of(partner, "metrics", metric, "band"), band=band, **_words(asked))
        return found

    def bridge(self, partner: str, metric: str, *, limit: int = 50, offset: int = 0, **asked: Any) -> BridgeDocument:
        """Return how a number became that of its month from the month before; ``asked`` as for ``explain``."""
        place = _of(partner, "metrics", metric, "bridge")
        found: BridgeDocument = self._get(place, limit=limit, offset=offset, **_words(asked))
        return found

    def difference(
        self, partner: str, metric: str, before: int, after: int, *, limit: int = 50, offset: int = 0, **asked: Any
    ) -> DifferenceDocument:
        """Return what differs between two editions; for operators. ``asked`` has filters as for ``explain``."""
        place = _of(partner, "metrics", metric, "difference")
        found: DifferenceDocument = self._get(
            place, before=before, after=after, limit=limit, offset=offset, **_words(asked)
        )
        return found

    def findings(self, partner: str | None = None, *, month: str | None = None) -> FindingsDocument:
        """Return what is odd about a partner; without one about all of them, for operators."""
        found: FindingsDocument = self._get("/findings" if partner is None else _of(partner, "findings"), month=month)
        return found

    def evidence(
        self, code: str, partner: str | None = None, *, month: str | None = None
    ) -> Iterator[EvidenceDocument]:
        """Return all rows behind a finding, such as ``D-04``, of a partner or of all of them."""
        place = f"/findings/{code}" if partner is None else _of(partner, "findings", code)
        return self._all(place, "rows", month=month)

    def reconcile(
        self,
        partner: str,
        file: Path | str,
        *,
        month: str | None = None,
        mapping: str | None = None,
        scorecard: str | None = None,
    ) -> ReconciliationDocument:
        """Compare a partner's own invoices with what counts; see ``Workspace.reconcile``. Nothing of them is kept."""
        path = Path(file)
        asked = _given({"name": path.name, "month": month, "mapping": mapping, "scorecard": scorecard})
        found: ReconciliationDocument = self._json(
            "POST", _of(partner, "reconciliation"), params=asked, content=path.read_bytes()
        )
        return found

    def export(
        self,
        partner: str,
        metric: str,
        file: Path | str,
        *,
        of: Literal["rows", "leaving", "band", "bridge", "difference"] = "rows",
        file_format: FileFormat = "csv",
        **asked: Any,
    ) -> Mapping[str, str]:
        """
        Write rows to a file, all of them, and return what the server tells of them: edition, rows, sum, digest.

        Args:
            partner: the partner.
            metric: the metric.
            file: where to.
            of: which rows: those behind the number, or those of the verb of that name.
            file_format: the format of the file.
            asked: what that verb is asked, such as ``month``, ``counted``, or ``before`` and ``after``.

        Raises:
            ForbiddenError: the token's roles let nothing be taken away.
        """
        place = _of(partner, "metrics", metric, *(() if of == "rows" else (of,)), "rows")
        return self._file(place, file, format=file_format, **_words(asked))

    def export_indicator(
        self,
        partner: str,
        indicator: str,
        file: Path | str,
        *,
        of: Literal["rows", "leaving"] = "rows",
        file_format: FileFormat = "csv",
        **asked: Any,
    ) -> Mapping[str, str]:
        """Write the rows of an indicator to a file, as ``export``; ``asked`` as for ``explain_indicator``."""
        place = _of(partner, "indicators", indicator, *(() if of == "rows" else (of,)), "rows")
        return self._file(place, file, format=file_format, **asked)

    def values(self, metric: str, *, month: str | None = None) -> Iterator[dict[str, Any]]:
        """Return one metric of all partners; for operators."""
        return self._all(f"/values/{quote(metric, safe='')}", "values", month=month)

    def scores(self, *, scorecard: str | None = None, month: str | None = None) -> Iterator[dict[str, Any]]:
        """Return the scores of all partners; for operators."""
        return self._all("/scores", "scores", scorecard=scorecard, month=month)

    def editions(self) -> list[ListedEditionDocument]:
        """Return all editions; for operators."""
        found: list[ListedEditionDocument] = self._get("/editions")
        return found

    def loads(self) -> Iterator[LoadDocument]:
        """Return the ledger of loads, oldest first; for operators."""
        return self._all("/loads", "loads")

    def quarantine(self, load: int | None = None) -> Iterator[RejectionDocument]:
        """Return the faults of rows in quarantine; for operators."""
        return self._all("/quarantine", "rejections", load=load)

    def audit(self) -> Iterator[dict[str, Any]]:
        """Return what was done, latest first; for operators."""
        return self._all("/audit", "entries")

    def load(
        self, file: Path | str, *, table: str | None = None, mapping: str | None = None, key: str | None = None
    ) -> ReportDocument:
        """
        Load a file of facts; for operators.

        Args:
            file: the file; its name tells table and format unless they are given.
            table: the fact table.
            mapping: a mapping of the program, for other columns.
            key: the same for the same request, so that it is carried out once; a new one by default.
        """
        path = Path(file)
        with path.open("rb") as stream:
            found: ReportDocument = self._json(
                "POST",
                "/loads",
                params=_given({"name": path.name, "table": table, "mapping": mapping}),
                content=stream,
                headers={"Content-Length": str(path.stat().st_size), "Idempotency-Key": key or uuid4().hex},
            )
        return found

    def build(self, month: str, *, months: int = 1) -> list[EditionDocument]:
        """Build the editions of a month and of those before it; for operators."""
        found: list[EditionDocument] = self._json("POST", f"/months/{month}/editions", params={"months": months})
        return found

    def publish(self, month: str) -> dict[str, Any]:
        """Point the readers of a month at its latest edition; for operators."""
        found: dict[str, Any] = self._json("POST", f"/months/{month}/publication")
        return found

    def publication_preview(self, month: str) -> Iterator[TierChangeDocument]:
        """Return which partners would change tier by publishing a month; for operators."""
        return self._all(f"/months/{month}/publication/preview", "changes")

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def __enter__(self) -> Self:
        """Return the client; it closes when the block ends."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self.close()

    def _file(self, path: str, file: Path | str, **asked: Any) -> Mapping[str, str]:
        with self._http.stream("GET", f"/api/v1{path}", params=_given(asked), headers=self._headers) as reply:
            if reply.status_code != 200:
                reply.read()
                raise _error(reply)
            with Path(file).open("wb") as target:
                target.writelines(reply.iter_bytes())
        begin = "partnerlens-"
        return {name[len(begin) :]: value for name, value in reply.headers.items() if name.startswith(begin)}

    def _all(self, path: str, entries: str, **asked: Any) -> Iterator[Any]:
        offset, total = 0, 1
        while offset < total:
            page = self._get(path, limit=PAGE, offset=offset, **asked)
            yield from page[entries]
            offset, total = offset + PAGE, page["total"]

    def _get(self, path: str, **asked: Any) -> Any:
        return self._json("GET", path, params=_given(asked))

    def _json(self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **content: Any) -> Any:
        try:
            reply = self._http.request(
                method, f"/api/v1{path}", headers={**self._headers, **(headers or {})}, **content
            )
        except httpx2.HTTPError as error:
            raise ResourceError(f"the server cannot be reached: {error}", "check its address, and try again") from error
        if reply.status_code != 200:
            raise _error(reply)
        return reply.json()


def _of(partner: str, *parts: str) -> str:
    return "/".join(["/partners", *(quote(part, safe="") for part in (partner, *parts))])


def _words(asked: Mapping[str, Any]) -> dict[str, Any]:
    """A question in the words of the API, whose filters repeat a name."""
    singular = {"products": "product", "workloads": "workload", "countries": "country"}
    return {singular.get(name, name): [*value] if name in singular else value for name, value in asked.items()}


def _given(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if value is not None}


def _error(reply: httpx2.Response) -> PartnerlensError:
    """The error that a problem tells; one of no known code is a PartnerlensError."""
    try:
        problem = reply.json()
        code, detail, remedy = str(problem["code"]), str(problem["detail"]), str(problem["remedy"])
    except (ValueError, KeyError, TypeError):
        return PartnerlensError(f"the server replied {reply.status_code}", "check its address")
    known: dict[str, type[PartnerlensError]] = {kind.code: kind for kind in vars(errors).values() if _is_error(kind)}
    return known.get(code, PartnerlensError)(detail, remedy)


def _is_error(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, PartnerlensError)
