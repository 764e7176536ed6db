"""What does the coordinator read first: the network's figures, and the sites to look at first?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from quality.charter import assess
from quality.findings import CharterParameters, Finding, SiteFacts, Verdict
from quality.wording import share, spoken_share

FIRST_SITES = 10


@dataclass(frozen=True)
class SiteLine:
    """A site in a list, with the figures that a list sorts by."""

    site: SiteFacts
    findings: list[Finding]

    @property
    def not_met(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict is Verdict.NOT_MET]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.warning]

    @property
    def unknown(self) -> int:
        return sum(finding.verdict is Verdict.UNKNOWN for finding in self.findings)

    @property
    def on_time(self) -> float | None:
        requests = self.site.requests
        return share(requests.on_time, requests.counted) if requests.counted else None

    @property
    def solved(self) -> float | None:
        requests = self.site.requests
        return share(requests.solved, requests.received) if requests.received else None

    @property
    def on_time_in_words(self) -> str:
        return "–" if self.on_time is None else spoken_share(self.on_time)

    @property
    def solved_in_words(self) -> str:
        return "–" if self.solved is None else spoken_share(self.solved)


@dataclass(frozen=True)
class OperatorLine:
    operator: str
    this_month: int
    last_month: int
    share_in_words: str
    bar: int
    """Length in hundredths of the longest one."""


@dataclass(frozen=True)
class Glance:
    """The network in eight figures; None where there is nothing to divide by."""

    sites: int
    judged: int
    """Those whose label is in force."""
    late_now: int
    on_time: float | None
    counted: int
    this_month: int
    last_month: int
    solved: float | None
    sites_not_met: int
    with_note: int = 0
    """Requests of the window that a note of know-how solved."""


def lines(sites: Iterable[SiteFacts], charter: CharterParameters) -> list[SiteLine]:
    return [SiteLine(site, assess(site, charter)) for site in sites]


def glance(found: Sequence[SiteLine]) -> Glance:
    requests = [line.site.requests for line in found]
    counted, received = sum(r.counted for r in requests), sum(r.received for r in requests)
    return Glance(
        sites=len(found),
        judged=sum(not line.site.label for line in found),
        late_now=sum(r.late_now for r in requests),
        on_time=share(sum(r.on_time for r in requests), counted) if counted else None,
        counted=counted,
        this_month=sum(r.this_month for r in requests),
        last_month=sum(r.last_month for r in requests),
        solved=share(sum(r.solved for r in requests), received) if received else None,
        sites_not_met=sum(bool(line.not_met) for line in found),
        with_note=sum(r.with_note for r in requests),
    )


def first_to_look_at(found: Sequence[SiteLine]) -> list[SiteLine]:
    """Most criteria not met first, then most requests late, then what is about to break; quiet sites are left out."""
    troubled = [line for line in found if line.not_met or line.site.requests.late_now or line.warnings]
    troubled.sort(key=lambda line: (-len(line.not_met), -line.site.requests.late_now, not line.warnings))
    return troubled[:FIRST_SITES]


def by_operator(found: Iterable[SiteLine]) -> list[OperatorLine]:
    """Requests of the month, most asked operator first, beside last month up to the same day."""
    months: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for line in found:
        for volume in line.site.requests.by_operator:
            months[volume.operator][0] += volume.this_month
            months[volume.operator][1] += volume.last_month
    whole = sum(this for this, _ in months.values())
    longest = max((this for this, _ in months.values()), default=0)
    ordered = sorted(months.items(), key=lambda item: (-item[1][0], -item[1][1], item[0]))
    return [
        OperatorLine(
            operator,
            this,
            last,
            spoken_share(share(this, whole)) if whole else "–",
            100 * this // longest if longest else 0,
        )
        for operator, (this, last) in ordered
        if this or last
    ]


ORDERS = {
    "nom": "nom",
    "matricule": "matricule",
    "traiter": "points à traiter",
    "lieux": "nombre de lieux",
    "heures": "heures par semaine, les plus courtes d’abord",
    "ecarts": "critères non tenus",
    "retards": "demandes en retard",
    "delai": "part à temps, la plus basse d’abord",
    "volume": "demandes du mois",
    "guichet": "part réglée au guichet",
}


def ordered(found: Sequence[SiteLine], order: str) -> list[SiteLine]:
    """Sites by one of the figures of ORDERS, unknown shares last; by name when the order is none of them."""
    match order:
        case "ecarts":
            return sorted(found, key=lambda line: -len(line.not_met))
        case "retards":
            return sorted(found, key=lambda line: -line.site.requests.late_now)
        case "delai":
            return sorted(found, key=lambda line: 101.0 if line.on_time is None else line.on_time)
        case "volume":
            return sorted(found, key=lambda line: -line.site.requests.this_month)
        case "guichet":
            return sorted(found, key=lambda line: 1.0 if line.solved is None else -line.solved)
    return list(found)
