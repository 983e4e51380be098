"""Workloads and the dated lists of exams that certify people for them."""

from datetime import date

from pydantic import Field, field_validator, model_validator

from partnerlens.definition import Definition
from partnerlens.model.policy import Source, checked_month
from partnerlens.months import Month


class Exam(Definition):
    """
    An exam that was retired.

    Attributes:
        code: the exam's code.
        retired_on: the day it was retired; a pass must lie before it.
        counts_until: the last day on which such a pass still counts.
    """

    code: str
    retired_on: date
    counts_until: date


class ExamList(Definition):
    """
    The exams that count for a workload from one month to another.

    Attributes:
        first_month: the first data month it holds for (``YYYY-MM``); None for always.
        last_month: the last data month it holds for; None while it holds.
        exams: the exams' codes.
    """

    first_month: str | None = None
    last_month: str | None = None
    exams: tuple[str, ...] = Field(min_length=1)

    @field_validator("first_month", "last_month")
    @classmethod
    def _is_month(cls, month: str | None) -> str | None:
        return checked_month(month)

    def holds(self, month: Month) -> bool:
        """Whether the list is the one of a data month."""
        after = self.first_month is None or Month.parse(self.first_month) <= month
        before = self.last_month is None or month <= Month.parse(self.last_month)
        return after and before


class Workload(Definition):
    """A workload with its exam lists, which may not overlap in time."""

    name: str
    lists: tuple[ExamList, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _lists_follow_each_other(self) -> "Workload":
        for earlier, later in zip(self.lists, self.lists[1:], strict=False):
            if earlier.last_month is None or later.first_month is None or earlier.last_month >= later.first_month:
                raise ValueError(f"the exam lists of '{self.name}' overlap or are not in order of time")
        return self


class WorkloadCatalog(Definition):
    """All workloads that have exam lists, and the exams that were retired (decisions.md 2, "certified_people")."""

    id: str
    source: Source
    workloads: tuple[Workload, ...] = Field(max_length=60)
    retired_exams: tuple[Exam, ...] = ()

    @model_validator(mode="after")
    def _names_are_unique(self) -> "WorkloadCatalog":
        for what, names in (
            ("workload", [workload.name for workload in self.workloads]),
            ("retired exam", [exam.code for exam in self.retired_exams]),
        ):
            twice = sorted({name for name in names if names.count(name) > 1})
            if twice:
                raise ValueError(f"{what} '{twice[0]}' is defined twice")
        return self
