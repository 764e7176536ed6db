"""Does a site keep the charter: each commitment met, not met, unknown or not asked, and why?

It warns and blocks nothing. Every verdict comes with its figure, threshold, date, source and what would make it met.
"""

from collections.abc import Callable
from datetime import timedelta

from quality.findings import (
    AskedCriterion,
    CharterParameters,
    Finding,
    OpeningFacts,
    RequestFacts,
    Seen,
    SiteFacts,
    SiteKind,
    Verdict,
)
from quality.training import falls_short_on, trained_on
from quality.wording import counted, share, spoken_share
from schedules.wording import NBSP, spoken_date, spoken_duration

ONE_HOUR = timedelta(hours=1)


def assess(site: SiteFacts, charter: CharterParameters) -> list[Finding]:
    """One finding per criterion of the version in force, in its order; none when the site's label is not in force."""
    if site.label:
        return []
    return [_assess_one(site, charter, asked) for asked in charter.criteria]


def _assess_one(site: SiteFacts, charter: CharterParameters, asked: AskedCriterion) -> Finding:
    if asked.is_observed:
        return observed(asked, site.seen.get(asked.key))
    if compute := COMPUTED.get(asked.key):
        return compute(site, charter, asked)
    return Finding(
        asked,
        Verdict.UNKNOWN,
        "non calculé",
        source="Ce critère ne se calcule pas encore.",
    )


# Commitment 1: open 24 hours a week


def opening_hours(site: SiteFacts, charter: CharterParameters, asked: AskedCriterion) -> Finding:
    """Regular weekly opening, in hours, averaged over four weeks: of the main location, or of the stops of a bus.

    Closures and holidays are a second figure. With some times to be confirmed the figure is a minimum: enough to say
    « met », never « not met ».
    """
    opening, least = site.opening, charter.weekly_hours.get(site.kind)
    verdict, to_meet = _opening_verdict(site, least)
    return Finding(
        asked=asked,
        verdict=verdict,
        figure=_spoken_opening(opening),
        value=_hours(opening.weekly),
        unit="h",
        threshold_value=_hours(least),
        threshold=f"{spoken_duration(least)} par semaine" if least is not None else "",
        as_of=site.day,
        source=_opening_source(site),
        to_meet=to_meet,
        second_figures=tuple(_opening_second_figures(opening, charter)),
    )


def _opening_verdict(site: SiteFacts, least: timedelta | None) -> tuple[Verdict, str]:
    opening = site.opening
    if least is None:
        return Verdict.NOT_ASKED, ""
    if opening.weekly is None:
        places = "de chaque arrêt du bus" if site.kind is SiteKind.BUS else "du site"
        return Verdict.UNKNOWN, f"Renseigner les jours et les heures {places}."
    missing = least - opening.weekly
    if missing <= timedelta(0):
        return Verdict.MET, ""
    if opening.has_unknown_times:
        return (
            Verdict.UNKNOWN,
            f"Confirmer les horaires inconnus : il manque {_at_least_a_minute(missing)} aux heures certaines.",
        )
    return Verdict.NOT_MET, f"Ouvrir {_at_least_a_minute(missing)} de plus par semaine."


def _spoken_opening(opening: OpeningFacts) -> str:
    if opening.weekly is None:
        return "horaires à renseigner"
    minimum = "au moins " if opening.has_unknown_times else ""
    return minimum + spoken_duration(opening.weekly)


def _opening_source(site: SiteFacts) -> str:
    if site.kind is SiteKind.BUS:
        stops = counted(site.opening.stops, "arrêt du bus", "arrêts du bus")
        place = f"Horaires de {stops} ; ceux du bureau ne comptent pas."
    else:
        place = "Horaires habituels du site principal."
    start = site.opening.monday
    cycle = f" Moyenne sur quatre semaines à partir du lundi {spoken_date(start, with_year=True)}." if start else ""
    return place + cycle


def _opening_second_figures(opening: OpeningFacts, charter: CharterParameters) -> list[str]:
    if opening.weekly is None:
        return []
    days = f"{opening.open_days:.2f}".rstrip("0").rstrip(".").replace(".", ",")
    noun = "jours d’ouverture" if opening.open_days >= 2 else "jour d’ouverture"
    expected = f", pour {charter.open_days} attendus" if charter.open_days else ""
    sentences = [f"{days}{NBSP}{noun} par semaine{expected}."]
    if opening.cancelled:
        lost = spoken_duration(opening.cancelled)
        sentences.append(
            f"{lost} de fermetures et de jours fériés d’ici quatre semaines, qui ne comptent pas contre le site."
        )
    else:
        sentences.append("Aucune fermeture ni jour férié sur ses horaires dans les quatre semaines à venir.")
    return sentences


def _hours(duration: timedelta | None) -> float | None:
    """Hours to the hundredth, rounded down: 23 h 59 min 45 s is not 24."""
    return None if duration is None else duration // (ONE_HOUR / 100) / 100


def _at_least_a_minute(missing: timedelta) -> str:
    """Rounded up: what is announced as missing is enough once done."""
    return spoken_duration(-(-missing // timedelta(minutes=1)) * timedelta(minutes=1))


# Commitment 2: two trained counsellors


def trained_counsellors(site: SiteFacts, charter: CharterParameters, asked: AskedCriterion) -> Finding:
    """Counsellors present with both trainings in force; warns of the day from which they will be too few.

    Unknown when no counsellor was ever entered.
    """
    present = [counsellor for counsellor in site.counsellors if counsellor.is_present_on(site.day)]
    number, least = trained_on(site.day, site, charter), charter.trained_counsellors
    verdict, to_meet = _trained_verdict(site, charter, number)
    short_on = falls_short_on(site, charter)
    is_known = bool(site.counsellors)
    return Finding(
        asked=asked,
        verdict=verdict,
        figure=counted(number, "formé", "formés") if is_known else "équipe à renseigner",
        value=float(number) if is_known else None,
        unit="conseillers",
        threshold_value=None if least is None else float(least),
        threshold="" if least is None else counted(least, "conseiller formé", "conseillers formés"),
        as_of=site.day,
        source=_training_source(charter),
        to_meet=to_meet,
        second_figures=(f"{counted(len(present), 'conseiller présent', 'conseillers présents')} dans l’équipe.",)
        if is_known
        else (),
        warning=f"Sous le seuil à partir du {spoken_date(short_on, with_year=True)}, si rien ne change."
        if short_on
        else "",
    )


def _trained_verdict(site: SiteFacts, charter: CharterParameters, number: int) -> tuple[Verdict, str]:
    least = charter.trained_counsellors
    if least is None:
        return Verdict.NOT_ASKED, ""
    if not site.counsellors:
        return Verdict.UNKNOWN, "Enregistrer les conseillers du site et leurs formations."
    if number >= least:
        return Verdict.MET, ""
    missing = counted(least - number, "conseiller", "conseillers")
    return Verdict.NOT_MET, f"Former {missing} de plus : {_trainings_in_words(charter)}."


def _trainings_in_words(charter: CharterParameters) -> str:
    core, operators = (
        f"{days:g}".replace(".", ",") for days in (charter.core_training_days, charter.operator_training_days)
    )
    return f"formation socle ({core} jours) et formation des opérateurs ({operators} jours)"


def _training_source(charter: CharterParameters) -> str:
    return f"Équipe et formations enregistrées : {_trainings_in_words(charter)}, toutes deux en cours de validité."


# Commitment 4: an answer in time


def response_time(site: SiteFacts, charter: CharterParameters, asked: AskedCriterion) -> Finding:
    """Share, in percent, of the requests of the window whose resident was told something useful in time.

    A request never answered whose time is up counts as late; one that can still be answered in time is left out.
    """
    requests, least = site.requests, charter.response_share
    percent = share(requests.on_time, requests.counted) if requests.counted else None
    verdict, to_meet = _response_verdict(requests, least, charter)
    return Finding(
        asked=asked,
        verdict=verdict,
        figure="aucune demande" if percent is None else spoken_share(percent),
        value=percent,
        unit="%",
        threshold_value=None if least is None else float(least),
        threshold=f"{least} % sous {charter.promised_hours} h" if least is not None else "",
        as_of=site.day,
        source=_response_source(requests, charter),
        to_meet=to_meet,
        second_figures=tuple(_response_second_figures(requests)),
    )


def _response_verdict(requests: RequestFacts, least: int | None, charter: CharterParameters) -> tuple[Verdict, str]:
    if least is None:
        return Verdict.NOT_ASKED, ""
    if not requests.counted:
        return Verdict.UNKNOWN, "Enregistrer les demandes reçues : la part se calcule toute seule."
    missing = -(-least * requests.counted // 100) - requests.on_time
    if missing <= 0:
        return Verdict.MET, ""
    more = counted(missing, "usager", "usagers")
    return (
        Verdict.NOT_MET,
        f"Informer à temps {more} de plus sur {requests.counted} : commencer par les demandes en retard.",
    )


def _response_source(requests: RequestFacts, charter: CharterParameters) -> str:
    unit = f" ({charter.promise_in_words})" if charter.promise_in_words else ""
    return (
        f"{counted(requests.counted, 'demande reçue', 'demandes reçues')} depuis {charter.response_window_days} jours, "
        f"dont l’usager a été informé ou dont l’échéance est passée ; promesse de {charter.promised_hours} h{unit}."
    )


def _response_second_figures(requests: RequestFacts) -> list[str]:
    late = requests.late_now
    sentences = [
        f"{counted(late, 'demande', 'demandes')} en retard en ce moment."
        if late
        else "Aucune demande en retard en ce moment."
    ]
    if requests.handed_over:
        percent = spoken_share(share(requests.handed_over_on_time, requests.handed_over))
        sentences.append(f"Sans les demandes réglées au guichet : {percent} à temps sur {requests.handed_over}.")
    return sentences


# Commitments that only a visit can tell


def observed(asked: AskedCriterion, latest: Seen | None) -> Finding:
    """What the latest visit saw; unknown as long as nobody went and looked."""
    if latest is None:
        verdict, figure, source, to_meet = (
            Verdict.UNKNOWN,
            "jamais vu",
            "Aucune visite ne l’a encore constaté.",
            "Le constater lors d’une visite.",
        )
    else:
        verdict = Verdict.MET if latest.is_met else Verdict.NOT_MET
        figure = f"constaté le {spoken_date(latest.visited_on, with_year=True)}"
        detail = f" : {latest.detail}" if latest.detail else "."
        source = f"Visite du {spoken_date(latest.visited_on, with_year=True)}{detail}"
        to_meet = "" if latest.is_met else asked.to_meet
    return Finding(
        asked=asked,
        verdict=verdict,
        figure=figure,
        threshold="constaté en visite",
        as_of=latest.visited_on if latest else None,
        source=source,
        to_meet=to_meet,
    )


COMPUTED: dict[str, Callable[[SiteFacts, CharterParameters, AskedCriterion], Finding]] = {
    "opening_hours": opening_hours,
    "trained_counsellors": trained_counsellors,
    "response_time": response_time,
}
