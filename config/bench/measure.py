"""What does each piece of work cost, so that a noisy machine does not change the answer? Interleaved, and medians."""

import gc
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.test.utils import CaptureQueriesContext

Work = Callable[[], object]
_TRANSACTION = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@dataclass
class Cost:
    """CPU of one piece of work in milliseconds, one figure a round, and its statements."""

    statements: int
    rounds: list[float] = field(default_factory=list)

    @property
    def cpu_ms(self) -> float:
        return statistics.median(self.rounds)

    def times(self, other: "Cost") -> float:
        """The median of the ratios of each round: what slows the machine for a while slows both sides."""
        return statistics.median(mine / its for mine, its in zip(self.rounds, other.rounds, strict=True))


def costs(works: dict[str, Work], *, rounds: int, repeats: int) -> dict[str, Cost]:
    """Do every piece of work in turn, `rounds` times; a round's figure is the median of `repeats`."""
    found = {key: Cost(statements(work)) for key, work in works.items()}
    gc.collect()
    gc.freeze()
    for _ in range(rounds):
        for key, work in works.items():
            found[key].rounds.append(statistics.median(_cpu_ms(work) for _ in range(repeats)))
    gc.unfreeze()
    return found


def statements(work: Work) -> int:
    """SQL statements of one run, BEGIN and its like left out; a first run warms what is kept."""
    work()
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(without_transactions([query["sql"] for query in captured.captured_queries]))


def without_transactions(texts: Sequence[str]) -> list[str]:
    return [text for text in texts if not text.startswith(_TRANSACTION)]


def _cpu_ms(work: Work) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000
