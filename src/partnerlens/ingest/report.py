"""What a load did: the balance of its rows, the months it touched, and what it released."""

from dataclasses import dataclass

from partnerlens.ingest.figure import FigureReport
from partnerlens.ingest.recognition import Recognition
from partnerlens.store import Balance, Touch


@dataclass(frozen=True)
class LoadReport:
    """
    The outcome of loading one file.

    Attributes:
        file: the file's name.
        load: the load's number; that of the earlier load when the file was loaded before.
        balances: what became of the rows of each table, in the order of the tables.
        rejected: number of quarantined rows by table and rule; a row that breaks several rules counts for each.
        touched: months whose facts changed; results that read them are out of date.
        released: rows of earlier loads that left the quarantine, by table.
        already_loaded: the earlier load of the same content; None for a load that was done.
        recognition: what the file was taken for by its header; None when its table or mapping was known.
        figures: the figures that were computed again from their parts, with how many do not follow.
        remarks: what else a reader of the results should know of the file, in sentences.
    """

    file: str
    load: int
    balances: tuple[Balance, ...]
    rejected: tuple[tuple[str, str, int], ...]
    touched: tuple[Touch, ...]
    released: dict[str, int]
    already_loaded: int | None = None
    recognition: Recognition | None = None
    figures: tuple[FigureReport, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def released_count(self) -> int:
        """How many rows of earlier loads left the quarantine."""
        return sum(self.released.values())

    @property
    def quarantined_count(self) -> int:
        """How many rows of the file were rejected."""
        return sum(balance.quarantined for balance in self.balances)
