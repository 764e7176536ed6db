"""What is measured, beside what, and what was promised of it?"""

import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse
from django.utils import timezone

from config.bench import bare
from config.bench.browser import Browser
from config.bench.data import Rows
from config.bench.hours import week_of_hours
from config.bench.measure import Work
from config.bench.ranking import a_thousand_cases
from partners.models import Procedure
from referrals.facts import recommend
from referrals.links import token_for
from referrals.views import by_link


class WrongAnswer(Exception):
    """A page did not answer as it should: its cost would mean nothing."""


@dataclass(frozen=True)
class Measure:
    """One line of the table: `beside` is the line it is compared with; targets are upper bounds, None when unset."""

    key: str
    title: str
    work: Work
    beside: str | None = None
    most_times: float | None = None
    most_statements: int | None = None
    most_cpu_ms: float | None = None


def measures(rows: Rows) -> list[Measure]:
    """The yardsticks first. The bounds are those of the design's performance document."""
    # The measure opens one link more often than any person does.
    by_link.MOST_BY_LINK = by_link.MOST_BY_ADDRESS = sys.maxsize
    site, plain = WSGIHandler(), bare.application()
    desk = Browser(site, rows.counsellor)
    quiet, steer = Browser(site, rows.counsellor_of_quiet), Browser(site, rows.coordinator)
    contact, public = Browser(site, opened_referrals=[rows.referral.pk]), Browser(site)
    in_bare = Browser(plain, rows.counsellor)
    log, listed, directory = reverse("referrals:desk"), reverse("referrals:list"), reverse("referrals:directory")
    reference, search = [rows.request.reference], reverse("referrals:search")
    export = reverse("referrals:export", args=["csv"])
    caf = Procedure.objects.select_related("operator", "alternative_operator").get(pk=rows.procedure.pk)

    def entry() -> dict[str, str]:
        return {"procedure": caf.name, "procedure_code": caf.code, "outcome": "solved", "key": str(uuid.uuid4())}

    def route() -> None:
        if not recommend(procedure=caf, commune=rows.commune, now=timezone.now()):
            raise WrongAnswer("aucun interlocuteur trouvé")

    return [
        Measure(
            "bare_log",
            "Étalon : enregistrer, vue Django nue",
            _post(in_bare, bare.LOG, lambda: bare.log_fields(rows.busy, caf)),
        ),
        Measure(
            "bare_list", "Étalon : liste de 30, vue Django nue", _get(in_bare, f"{bare.LIST}?structure={rows.busy.pk}")
        ),
        Measure("log", "Enregistrer une demande réglée", _post(desk, log, entry), "bare_log", 2.0, 10),
        Measure("list", "Liste des demandes", _get(desk, listed), "bare_list", 1.2, 5),
        Measure(
            "list_filtered", "Liste filtrée", _get(desk, f"{listed}?etat=toutes&operateur=CAF"), "bare_list", 1.2, 5
        ),
        Measure("desk", "Accueil de la conseillère", _get(desk, log), "bare_list", None, 12),
        Measure(
            "detail",
            "Page d’une demande",
            _get(desk, reverse("referrals:detail", args=reference)),
            "bare_list",
            None,
            12,
        ),
        Measure(
            "hand_over",
            "Qui appeler",
            _get(desk, reverse("referrals:hand_over", args=reference)),
            "bare_list",
            None,
            12,
        ),
        Measure(
            "answer",
            "Page de l’interlocuteur",
            _get(contact, reverse("referrals:answer", args=[token_for(rows.referral)])),
            "bare_list",
            None,
            12,
        ),
        Measure(
            "public_list", "Public : lieux d’accueil", _get(public, reverse("structures:find")), "bare_list", None, 12
        ),
        Measure(
            "structure",
            "Public : une structure",
            _get(public, reverse("structures:detail", args=[rows.busy.slug])),
            "bare_list",
            None,
            12,
        ),
        Measure("dashboard", "Tableau de bord", _get(steer, reverse("quality:dashboard")), "bare_list", None, 6),
        Measure("board", "Charte, 38 structures", _get(steer, reverse("quality:board")), "bare_list", None, 6),
        Measure("list_small", "Liste « toutes », petit site", _get(quiet, f"{listed}?etat=toutes")),
        Measure("list_large", "Liste « toutes », grand site", _get(desk, f"{listed}?etat=toutes"), "list_small", 1.15),
        Measure(
            "search_reference",
            "Recherche : fin de référence",
            _post(desk, search, lambda: {"q": rows.request.reference[-6:]}),
            "bare_list",
            None,
            8,
        ),
        Measure(
            "search_words",
            "Recherche : personne ou mots",
            _post(desk, search, lambda: {"q": "durand rose"}),
            None,
            None,
            16,
        ),
        Measure(
            "list_rare",
            "Liste « toutes », filtre qui ne trouve rien",
            _get(desk, f"{listed}?etat=toutes&venue=workshop"),
            most_statements=8,
        ),
        Measure(
            "list_deep",
            "Liste « toutes », au plus loin",
            _get(desk, f"{listed}?etat=toutes&tri=ancienne"),
            "list_small",
            1.15,
        ),
        Measure(
            "export",
            "Export CSV de deux jours",
            _get(
                desk,
                f"{export}?etat=toutes&depuis={_days_ago(30)}&jusqua={_days_ago(29)}",
            ),
            most_statements=40,
        ),
        Measure("directory", "Annuaire entier", _get(desk, directory), most_statements=16),
        Measure(
            "directory_search",
            "Annuaire : « carte grise »",
            _get(desk, f"{directory}?q=carte+grise"),
            most_statements=18,
            most_cpu_ms=50.0,
        ),
        Measure(
            "directory_misspelt",
            "Annuaire : « carte grsie »",
            _get(desk, f"{directory}?q=carte+grsie"),
            most_statements=19,
            most_cpu_ms=50.0,
        ),
        Measure("routing", "Choisir un interlocuteur", route, most_statements=12, most_cpu_ms=10.0),
        Measure(
            "ranking",
            "Classer 1\u00a0000 cas",
            a_thousand_cases(timezone.now()),
            most_statements=0,
            most_cpu_ms=200.0,
        ),
        Measure(
            "hours",
            "Semaine d’horaires, 2\u00a0800 structures",
            week_of_hours(timezone.now()),
            most_statements=0,
            most_cpu_ms=1_000.0,
        ),
    ]


def _days_ago(days: int) -> date:
    return (timezone.now() - timedelta(days=days)).date()


def _get(browser: Browser, address: str) -> Work:
    return lambda: _expect(200, browser.get(address), address)


def _post(browser: Browser, address: str, fields: Callable[[], dict[str, str]]) -> Work:
    return lambda: _expect(302, browser.post(address, fields()), address)


def _expect(status: int, answered: int, address: str) -> None:
    if answered != status:
        raise WrongAnswer(f"{address} répond {answered} au lieu de {status}")
