"""Is a label only ever what a person decided, from the day she said, and can the history be believed?"""

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import JournalEntry
from structures.actions.labels import BadDecision, bring_into_force, correct_note, decide
from structures.models import LABEL_IN_FORCE, Change, LabelChange, LabelState, Structure, What
from tests.accounts.factories import UserFactory
from tests.structures.factories import LabelChangeFactory, StructureFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # the 25th already in Paris
TODAY = date(2026, 11, 25)
TOMORROW = date(2026, 11, 26)


@pytest.fixture
def labelled() -> Structure:
    line = LabelChangeFactory(structure=StructureFactory(labelled_on=date(2022, 1, 3)))
    structure: Structure = line.structure
    return structure


def decision(structure: Structure, state: LabelState = LabelState.SUSPENDED, day: date = TODAY, **more) -> LabelChange:
    by = more.pop("by", None) or UserFactory(full_name="Claire Coordinatrice")
    return decide(structure=structure, state=state, decided_on=day, note="", by=by, now=NOW, **more)


def stored(structure: Structure) -> str:
    return Structure.objects.get(pk=structure.pk).label_state


def test_a_decision_of_today_is_in_force_dated_and_signed(labelled):
    claire = UserFactory(full_name="Claire Coordinatrice")
    line = decision(labelled, by=claire)
    assert stored(labelled) == labelled.label_state == LabelState.SUSPENDED
    assert (line.decided_on, line.author, line.recorded_at) == (TODAY, claire, NOW)
    change = Change.objects.get(what=What.LABEL)
    assert (change.before, change.after) == ({"state": "labelled"}, {"state": "suspended"})
    assert JournalEntry.objects.get().verb == "label\u00a0: suspendue"


def test_a_decision_of_the_past_that_another_one_followed_changes_the_history_only(labelled):
    decision(labelled, LabelState.RESERVE, date(2026, 3, 1))
    decision(labelled, LabelState.SUSPENDED, date(2025, 3, 1))
    assert stored(labelled) == LabelState.RESERVE


def test_a_decision_to_come_waits_for_its_day(labelled):
    decision(labelled, day=TOMORROW)
    assert stored(labelled) == LabelState.LABELLED
    assert not Change.objects.exists()
    assert bring_into_force(NOW) == 0
    assert bring_into_force(NOW + timedelta(days=1)) == 1
    assert stored(labelled) == LabelState.SUSPENDED
    change = Change.objects.get()
    assert (change.what, change.author, change.actor) == (What.LABEL, None, "Décision enregistrée d’avance")


def test_the_job_does_nothing_twice(labelled):
    decision(labelled, day=TOMORROW)
    later = NOW + timedelta(days=3)
    assert [bring_into_force(later), bring_into_force(later)] == [1, 0]


def test_a_state_that_no_history_says_is_left_alone():
    """An import, the administration or a former version wrote it: no figure and no job decides otherwise."""
    structure = StructureFactory(label_state=LabelState.SUSPENDED, labelled_on=date(2022, 1, 3))
    LabelChangeFactory(structure=structure)
    assert bring_into_force(NOW + timedelta(days=400)) == 0
    assert stored(structure) == LabelState.SUSPENDED


def test_what_somebody_decided_since_is_left_as_she_wants_it(labelled):
    decision(labelled, day=TOMORROW)
    bring_into_force(NOW + timedelta(days=1))
    Structure.objects.update(label_state=LabelState.LABELLED)
    assert bring_into_force(NOW + timedelta(days=2)) == 0
    assert stored(labelled) == LabelState.LABELLED


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(1900, 1, 1), "Vérifiez l’année"),
        (date(2018, 12, 31), "depuis 2019"),
        (date(2022, 1, 2), "commence le 3 janvier 2022"),
        (date(2029, 1, 1), "plus de deux ans"),
    ],
)
def test_a_day_that_cannot_be_true_is_refused_in_words(labelled, day, said):
    with pytest.raises(BadDecision, match=said) as refused:
        decision(labelled, day=day)
    assert refused.value.field == "decided_on"
    assert LabelChange.objects.count() == 1


def test_the_same_decision_twice_and_one_that_changes_nothing_are_refused(labelled):
    decision(labelled, LabelState.RESERVE, date(2026, 3, 1))
    with pytest.raises(BadDecision, match="déjà enregistrée"):
        decision(labelled, LabelState.RESERVE, date(2026, 3, 1))
    with pytest.raises(BadDecision, match="rien ne changerait"):
        decision(labelled, LabelState.RESERVE, date(2026, 4, 1))


def test_of_two_decisions_of_one_day_the_last_written_counts(labelled):
    decision(labelled, LabelState.SUSPENDED)
    decision(labelled, LabelState.WITHDRAWN)
    assert stored(labelled) == LabelState.WITHDRAWN


def test_a_structure_that_an_import_has_dated_gets_the_beginning_of_its_history():
    structure = StructureFactory(labelled_on=date(2021, 6, 1))
    decision(structure, LabelState.RESERVE)
    assert list(structure.label_changes.values_list("state", "decided_on")) == [
        ("reserve", TODAY),
        ("labelled", date(2021, 6, 1)),
    ]


def test_an_application_that_is_accepted_is_labelled_on_that_day():
    structure = StructureFactory(label_state=LabelState.APPLICATION)
    LabelChangeFactory(structure=structure, state=LabelState.APPLICATION, decided_on=date(2026, 9, 1))
    decision(structure, LabelState.LABELLED)
    assert (structure.label_state, structure.labelled_on) == (LabelState.LABELLED, TODAY)
    assert set(Change.objects.values_list("what", flat=True)) == {What.LABEL, What.STRUCTURE}


def test_a_note_is_corrected_and_the_correction_is_remembered(labelled):
    line = labelled.label_changes.get()
    claire = UserFactory(full_name="Claire Coordinatrice")
    correct_note(line=line, note="Dossier complet.", by=claire, now=NOW)
    correct_note(line=line, note="Dossier complet.", by=claire, now=NOW)
    change = Change.objects.get()
    assert (change.before or {})["note"] == ""
    assert (change.after or {})["note"] == "Dossier complet."
    assert stored(labelled) == LabelState.LABELLED


def test_only_labels_in_force_are_public():
    assert [state for state in LabelState if state in LABEL_IN_FORCE] == [LabelState.LABELLED, LabelState.RESERVE]
