"""What does the board show: which sites, which criteria, in which order, and how many of each verdict?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from quality.charter import assess
from quality.findings import AskedCriterion, CharterParameters, Finding, SiteFacts, SiteKind, Verdict
from quality.wording import counted
from territories.spelling import plain

KIND_LABELS = {SiteKind.FIXED: "site fixe", SiteKind.ANTENNA: "antenne", SiteKind.BUS: "bus"}


@dataclass(frozen=True)
class BoardRow:
    site: SiteFacts
    findings: list[Finding]
    """Those of the columns shown."""
    not_met: int
    """Of the whole charter, whatever the columns shown."""

    @property
    def kind_label(self) -> str:
        return KIND_LABELS[self.site.kind]


@dataclass(frozen=True)
class ColumnCount:
    """One cell of the summary row."""

    asked: AskedCriterion
    counts: list[tuple[Verdict, int, str]]
    """The verdicts that occur, with their number in words."""


@dataclass(frozen=True)
class Board:
    columns: list[AskedCriterion]
    rows: list[BoardRow]
    summary: list[ColumnCount]


@dataclass(frozen=True)
class BoardChoice:
    """What the address of the page asks for; an empty value asks for everything."""

    verdict: str = ""
    criterion: str = ""
    kind: str = ""
    search: str = ""
    sort: str = "nom"


def build(sites: Iterable[SiteFacts], charter: CharterParameters, choice: BoardChoice) -> Board:
    """The sites come in the order of their names, without those not judged; a chosen criterion stands alone."""
    columns = [asked for asked in charter.criteria if choice.criterion in ("", asked.key)]
    rows = [row for site in sites if (row := _row(site, charter, choice)) is not None]
    if choice.sort == "ecarts":
        rows.sort(key=lambda row: -row.not_met)
    return Board(columns, rows, [_count(asked, rows, place) for place, asked in enumerate(columns)])


def _row(site: SiteFacts, charter: CharterParameters, choice: BoardChoice) -> BoardRow | None:
    if site.label or (choice.kind and site.kind != choice.kind):
        return None
    name = plain(f"{site.name} {site.id_fs}")
    if not all(word in name for word in plain(choice.search).split()):
        return None
    findings = assess(site, charter)
    shown = [finding for finding in findings if choice.criterion in ("", finding.criterion)]
    if choice.verdict and all(finding.verdict != choice.verdict for finding in shown):
        return None
    return BoardRow(site, shown, sum(finding.verdict is Verdict.NOT_MET for finding in findings))


def _count(asked: AskedCriterion, rows: Sequence[BoardRow], place: int) -> ColumnCount:
    counts = Counter(row.findings[place].verdict for row in rows)
    plural = {
        Verdict.MET: "tenus",
        Verdict.NOT_MET: "non tenus",
        Verdict.UNKNOWN: "inconnus",
        Verdict.NOT_ASKED: "non demandés",
    }
    return ColumnCount(asked, [(v, counts[v], counted(counts[v], v.label, plural[v])) for v in Verdict if counts[v]])


CSV_HEADER = (
    "Matricule", "Structure", "Forme", "Critère", "Constat", "Chiffre", "Valeur", "Unité", "Seuil", "Date", "Source",
    "Ce qui le rendrait tenu",
)  # fmt: skip


def csv_rows(board: Board) -> Iterator[list[object]]:
    """One line per site and criterion, evidence included."""
    for row in board.rows:
        for f in row.findings:
            yield [
                row.site.id_fs, row.site.name, row.kind_label, f.asked.name, f.verdict.label, f.figure, f.value, f.unit,
                f.threshold, f.as_of.isoformat() if f.as_of else "", f.source, f.to_meet,
            ]  # fmt: skip
