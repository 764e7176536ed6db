"""How is the outcome read? One line a page: CPU, ratio, statements, and whether each keeps its bound."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from config.bench.measure import Cost
from config.bench.pages import Measure


@dataclass(frozen=True)
class Line:
    """One measure against its bounds."""

    key: str
    title: str
    cpu_ms: float
    times: float | None
    beside: str | None
    most_times: float | None
    statements: int
    most_statements: int | None
    most_cpu_ms: float | None

    @property
    def over(self) -> list[str]:
        """The bounds that are not kept."""
        bounds = {
            "times": (self.times, self.most_times),
            "sql": (self.statements, self.most_statements),
            "cpu_ms": (self.cpu_ms, self.most_cpu_ms),
        }
        return [
            name for name, (found, most) in bounds.items() if found is not None and most is not None and found > most
        ]

    @property
    def verdict(self) -> str:
        if self.most_times is None and self.most_statements is None and self.most_cpu_ms is None:
            return ""
        return "over" if self.over else "ok"


def lines(measures: Sequence[Measure], costs: dict[str, Cost]) -> list[Line]:
    return [
        Line(
            key=measure.key,
            title=measure.title,
            cpu_ms=round(costs[measure.key].cpu_ms, 2),
            times=round(costs[measure.key].times(costs[measure.beside]), 2) if measure.beside else None,
            beside=measure.beside,
            most_times=measure.most_times,
            statements=costs[measure.key].statements,
            most_statements=measure.most_statements,
            most_cpu_ms=measure.most_cpu_ms,
        )
        for measure in measures
    ]


def as_json(found: Sequence[Line], about: dict[str, object]) -> str:
    rows = [{**vars(line), "over": line.over, "verdict": line.verdict} for line in found]
    return json.dumps({**about, "lines": rows}, ensure_ascii=False, indent=2)


def in_words(found: Sequence[Line], about: dict[str, object]) -> str:
    """A table 100 columns wide; « × » compares with the bare view that does the same work."""
    head = f"{'Page':<38}{'CPU, ms':>14}{'× étalon':>16}{'SQL':>12}   verdict"
    body = [
        f"{line.title:<38}{_bounded(line.cpu_ms, line.most_cpu_ms):>14}{_bounded(line.times, line.most_times):>16}"
        f"{_bounded(line.statements, line.most_statements):>12}   {_verdict(line)}"
        for line in found
    ]
    return "\n".join(
        [
            f"{about['database']} · {about['requests']} demandes au grand site, {about['of_quiet']} aux 37 autres",
            f"{about['contacts']} interlocuteurs · {about['rounds']} tours",
            "",
            head,
            "-" * len(head),
            *body,
            "",
            "Entre parenthèses, la borne. CPU de l’application, médiane ; celui d’un PostgreSQL n’est pas compté.",
            "SQL : toutes les requêtes, session, compte et équipes compris, sans BEGIN, COMMIT ni SAVEPOINT.",
            "× étalon : par rapport à la vue nue qui enregistre, ou qui liste ; pour le grand site, au petit.",
        ]
    )


def _bounded(found: float | None, most: float | None) -> str:
    shown = "" if found is None else f"{found:.2f}" if isinstance(found, float) else str(found)
    return f"{shown} (≤ {most:g})" if most is not None else shown


def _verdict(line: Line) -> str:
    names = {"times": "×", "sql": "SQL", "cpu_ms": "CPU"}
    return {"ok": "ok", "over": "dépassé : " + ", ".join(names[name] for name in line.over)}.get(line.verdict, "")
