"""Are changes told in sentences that a counsellor reads at once?"""

from typing import Any

import pytest

from structures.change_words import Line, Names, lines

NAMES = Names(
    communes={"76447": "Montivilliers", "76758": "Yvetot"},
    carriers={1: "Ville de Montivilliers"},
    people={7: "Aline Dubois"},
    courses={"core": "Formation socle"},
    place_kinds={"antenna": "antenne", "outreach": "permanence"},
    structure_kinds={"fixed": "site fixe", "bus": "bus"},
    label_states={"labelled": "labellisée", "suspended": "suspendue"},
)


def slot(**values: Any) -> dict[str, Any]:
    return {
        "weekday": 0, "opens": "09:00:00", "closes": "12:00:00", "access": "walk_in", "frequency": "weekly",
        "interval": 1, "anchor": None, "nth": None, "dates": [], "valid_from": None, "valid_until": None,
        "except_school_holidays": False, "on_public_holidays": False,
    } | values  # fmt: skip


def week(*days: int, **values: Any) -> dict[str, Any]:
    return {"note": "", "slots": [slot(weekday=day, **values) for day in days]}


def test_hours_are_said_before_and_after() -> None:
    (line,) = lines(week(0, 1, 2), week(0, 1, 2, 3), NAMES)
    assert line == Line(
        "Horaires",
        ("du lundi au mercredi de 9\u00a0h à 12\u00a0h",),
        ("du lundi au jeudi de 9\u00a0h à 12\u00a0h",),
    )


def test_hours_that_stay_are_not_said_again() -> None:
    friday = slot(weekday=4, closes="17:00:00")
    before = {"note": "", "slots": [slot(weekday=0), friday]}
    after = {"note": "", "slots": [slot(weekday=1), friday]}
    (line,) = lines(before, after, NAMES)
    said = ("le lundi de 9\u00a0h à 12\u00a0h",), ("le mardi de 9\u00a0h à 12\u00a0h",)
    assert line == Line("Horaires qui changent", *said)


def test_first_hours_have_nothing_before() -> None:
    (line,) = lines({"note": "", "slots": []}, week(4), NAMES)
    assert (line.before, line.after) == ((), ("le vendredi de 9\u00a0h à 12\u00a0h",))


def test_another_week_of_the_cycle_is_said_by_its_date() -> None:
    every: dict[str, Any] = {"frequency": "every_n_weeks", "interval": 2}
    before, after = week(4, anchor="2026-11-27", **every), week(4, anchor="2026-12-04", **every)
    (line,) = lines(before, after, NAMES)
    assert line.before[0].endswith("à partir du 27 novembre 2026")
    assert line.after[0].endswith("à partir du 4 décembre 2026")


def test_closures_are_added_and_removed_one_by_one() -> None:
    kept = {"first_day": "2026-12-24", "last_day": "2026-12-24", "reason": ""}
    gone = {"first_day": "2026-11-30", "last_day": "2026-12-04", "reason": "travaux"}
    new = {"day": "2026-12-23", "opens": "09:00:00", "closes": "00:00:00", "access": "appointment",
           "reason": "rattrapage", "replaces": "2026-12-24"}  # fmt: skip
    told = lines({"closures": [kept, gone], "extras": []}, {"closures": [kept], "extras": [new]}, NAMES)
    assert told == [
        Line("Fermeture retirée", ("du lundi 30 novembre 2026 au vendredi 4 décembre 2026\u00a0: travaux",)),
        Line(
            "Ouverture exceptionnelle ajoutée",
            after=(
                (
                    "le mercredi 23 décembre 2026 de 9\u00a0h à minuit, sur rendez-vous, "
                    "à la place du jeudi 24 décembre 2026\u00a0: rattrapage"
                ),
            ),
        ),
    ]


def test_a_sheet_says_only_the_fields_that_changed() -> None:
    before = {"phone": "0261910012", "services": ["rights", "digital"], "by_appointment": False, "carrier_id": None}
    after = before | {"phone": "02 61 91 00 13", "services": ["rights", "printing", "video"], "by_appointment": True}
    assert lines(before, after | {"carrier_id": 1}, NAMES) == [
        Line("Service retiré", ("Initiation au numérique",)),
        Line("Services ajoutés", after=("Impression et numérisation", "Rendez-vous en visio avec un opérateur")),
        Line("Structure porteuse", (), ("Ville de Montivilliers",)),
        Line("Téléphone", ("02\u00a061\u00a091\u00a000\u00a012",), ("02\u00a061\u00a091\u00a000\u00a013",)),
        Line("Prend rendez-vous", ("non",), ("oui",)),
    ]


def test_a_number_spelled_otherwise_is_no_change_to_tell() -> None:
    assert lines({"phone": "0261910012"}, {"phone": "02 61 91 00 12"}, NAMES) == []


def test_a_place_is_told_with_its_commune_and_its_point() -> None:
    before = {"commune_id": "76447", "kind": "antenna", "latitude": None, "longitude": None, "accessible_motor": None}
    after = {
        "commune_id": "76758",
        "kind": "outreach",
        "latitude": 49.617,
        "longitude": 0.755,
        "accessible_motor": True,
    }
    assert lines(before, after, NAMES) == [
        Line("Nature", ("antenne",), ("permanence",)),
        Line("Coordonnées", (), ("49,617 0,755",)),
        Line("Commune", ("Montivilliers",), ("Yvetot",)),
        Line("Accessible, handicap moteur", ("non renseigné",), ("oui",)),
    ]


def test_a_settled_comment_is_told_as_such() -> None:
    before = {"comment": "Passage à Criquetot", "settled_comment": ""}
    after = before | {"settled_comment": "Passage à Criquetot"}
    assert lines(before, after, NAMES) == [
        Line("Commentaire de la liste nationale", ("lieux à saisir",), ("lieux saisis",))
    ]


def test_a_person_and_her_certificates() -> None:
    before: dict[str, Any] = {"full_name": "Aline", "user_id": None, "left_on": None, "trainings": []}
    course = {"course": "core", "completed_on": "2026-03-01", "expires_on": "2029-03-01"}
    after = {"full_name": "Aline", "user_id": 7, "left_on": "2026-12-31", "trainings": [course]}
    assert lines(before, after, NAMES) == [
        Line("Formation ajoutée", after=("Formation socle, suivie le 1er mars 2026, valable jusqu’au 1er mars 2029",)),
        Line("Départ", (), ("31 décembre 2026",)),
        Line("Compte", (), ("Aline Dubois",)),
    ]


@pytest.mark.parametrize(
    ("before", "after", "label"),
    [({"state": "labelled"}, {"state": "suspended"}, "Label"), ({"commune_id": "99999"}, None, "Commune")],
)
def test_a_code_without_a_name_is_said_as_it_is(before: Any, after: Any, label: str) -> None:
    (line,) = lines(before, after, NAMES)
    assert line.label == label
    assert line.before in (("labellisée",), ("99999",))
