"""The lists of themes and of blockers are kept in order, renamed and retired, and nothing in them is ever deleted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import JournalEntry, Team, User
from partners.actions.closed_lists import add_row, move_row, rename_row, retire_row
from partners.closed_lists import BLOCKERS, THEMES, ClosedList
from partners.forms.operators import ProcedureFilterForm, ProcedureForm
from partners.models import Blocker, ClosedListRow, Theme
from partners.versions import ChangedMeanwhile
from tests.accounts.factories import UserFactory
from tests.partners.factories import BlockerFactory, ProcedureFactory, ThemeFactory


@dataclass
class List:
    """Three rows of one of the lists, and what is done to them on its pages."""

    kept: ClosedList
    rows: Sequence[ClosedListRow]

    @property
    def page(self) -> str:
        return reverse(self.kept.page)

    def names(self) -> list[str]:
        return [row.name for row in self.kept.model.objects.in_use()]

    def positions(self) -> list[int]:
        return [row.position for row in self.kept.model.objects.all()]

    def add(self, client: Client, name: str) -> Any:
        return client.post(self.page, {"name": name})

    def rename(self, client: Client, row: ClosedListRow, name: str) -> Any:
        address = reverse(self.kept.rename, args=[row.code])
        opened = client.get(address).context["form"].initial["version"]
        return client.post(address, {"name": name, "version": opened})

    def move(self, client: Client, row: ClosedListRow, way: str) -> Any:
        return client.post(reverse(self.kept.move, args=[row.code]), {"sens": way})

    def propose(self, client: Client, row: ClosedListRow, answer: str) -> Any:
        return client.post(reverse(self.kept.set_active, args=[row.code]), {"propose": answer}, follow=True)


@pytest.fixture(params=["theme", "blocker"])
def three(request: pytest.FixtureRequest, db: None) -> List:
    kept, factory = (THEMES, ThemeFactory) if request.param == "theme" else (BLOCKERS, BlockerFactory)
    return List(kept, [factory(code=f"R{n}", name=f"Mot {n}", position=n) for n in (1, 2, 3)])


@pytest.fixture
def paula(partner_office: Team) -> User:
    return UserFactory(full_name="Paula", teams=[partner_office])


def test_one_is_added_at_the_end_with_a_code_of_its_own(partner_manager: Client, three: List):
    assert three.add(partner_manager, "Énergie et habitat").status_code == 302
    assert three.names() == ["Mot 1", "Mot 2", "Mot 3", "Énergie et habitat"]
    added = three.kept.model.objects.get(name="Énergie et habitat")
    assert (added.code, added.position) == ("ENERGIE_ET_HABITAT", 4)


def test_every_gesture_is_in_the_journal(partner_manager: Client, three: List):
    three.add(partner_manager, "Énergie")
    three.rename(partner_manager, three.rows[0], "Logement")
    three.move(partner_manager, three.rows[0], "bas")
    three.propose(partner_manager, three.rows[0], "non")
    three.propose(partner_manager, three.rows[0], "oui")
    noun = three.kept.model._meta.model_name
    gestures = ["add", "rename", "move", "retire", "restore"]
    written = JournalEntry.objects.filter(verb__endswith=f"_{noun}").order_by("pk").values_list("verb", flat=True)
    assert list(written) == [f"{gesture}_{noun}" for gesture in gestures]


def test_a_name_is_borne_once_even_by_a_retired_one(partner_manager: Client, three: List):
    three.kept.model.objects.filter(code="R2").update(is_active=False)
    answer = three.add(partner_manager, "MOT 2")
    assert answer.status_code == 422
    assert "porte déjà ce nom" in answer.content.decode()
    again = three.rename(partner_manager, three.rows[0], "Mot 3")
    assert again.status_code == 422
    assert "porte déjà ce nom" in again.content.decode()


def test_it_is_renamed_for_all_that_hold_it(partner_manager: Client, three: List):
    assert three.rename(partner_manager, three.rows[0], "Logement").status_code == 302
    assert three.names() == ["Logement", "Mot 2", "Mot 3"]
    assert three.kept.model.objects.get(code="R1").name == "Logement"


def test_the_same_name_again_writes_nothing(partner_manager: Client, three: List):
    three.rename(partner_manager, three.rows[0], "Mot 1")
    assert three.rows[0].history.count() == 1


def test_it_moves_one_place_and_the_others_follow(partner_manager: Client, three: List):
    last = three.rows[2]
    assert partner_manager.get(reverse(three.kept.move, args=[last.code])).status_code == 302
    three.move(partner_manager, last, "haut")
    assert three.names() == ["Mot 1", "Mot 3", "Mot 2"]
    three.move(partner_manager, last, "bas")
    three.move(partner_manager, last, "bas")
    assert three.names() == ["Mot 1", "Mot 2", "Mot 3"]
    assert three.positions() == [1, 2, 3]


def test_it_moves_one_place_among_those_proposed(partner_manager: Client, three: List):
    three.kept.model.objects.filter(code="R2").update(is_active=False)
    three.move(partner_manager, three.rows[2], "haut")
    assert three.names() == ["Mot 3", "Mot 1"]
    three.move(partner_manager, three.rows[2], "haut")
    assert three.names() == ["Mot 3", "Mot 1"]
    three.move(partner_manager, three.rows[2], "bas")
    assert three.names() == ["Mot 1", "Mot 3"]


def test_it_is_retired_not_deleted_and_comes_back(partner_manager: Client, three: List):
    said = three.propose(partner_manager, three.rows[0], "non").content.decode()
    assert three.kept.once_retired in said
    assert "Retirés" in said
    assert three.names() == ["Mot 2", "Mot 3"]
    assert three.kept.model.objects.count() == 3
    three.propose(partner_manager, three.rows[0], "oui")
    assert three.names() == ["Mot 1", "Mot 2", "Mot 3"]


def test_retired_twice_is_one_line_of_history(partner_manager: Client, three: List):
    three.propose(partner_manager, three.rows[0], "non")
    three.propose(partner_manager, three.rows[0], "non")
    assert three.rows[0].history.count() == 2


def test_the_second_of_two_who_rename_is_told(
    partner_manager: Client, three: List, paula: User, sign_in: Callable[[User], Client]
):
    row, hers = three.rows[0], sign_in(paula)
    address = reverse(three.kept.rename, args=[row.code])
    opened = partner_manager.get(address).context["form"].initial["version"]
    assert three.rename(hers, row, "Habitat").status_code == 302
    told = partner_manager.post(address, {"name": "Logement", "version": opened})
    assert told.status_code == 409
    page = told.content.decode()
    assert "Paula" in page
    assert "Habitat" in page
    assert three.names()[0] == "Habitat"
    knowingly = {"name": "Logement", "version": told.context["form"].data["version"]}
    assert partner_manager.post(address, knowingly).status_code == 302
    assert three.names()[0] == "Logement"


def test_who_renames_is_not_disturbed_by_what_others_move_or_retire(
    partner_manager: Client, three: List, paula: User, sign_in: Callable[[User], Client]
):
    row, hers = three.rows[0], sign_in(paula)
    address = reverse(three.kept.rename, args=[row.code])
    opened = partner_manager.get(address).context["form"].initial["version"]
    three.move(hers, row, "bas")
    three.propose(hers, row, "non")
    assert partner_manager.post(address, {"name": "Logement", "version": opened}).status_code == 302
    renamed = three.kept.model.objects.get(pk=row.pk)
    assert (renamed.name, renamed.position, renamed.is_active) == ("Logement", 2, False)


def test_who_named_it_is_said_whatever_came_after(three: List, paula: User):
    row, now = three.rows[0], timezone.now()
    rename_row(row, name="Habitat", version=None, by=paula, now=now)
    move_row(row, up=False, by=UserFactory(), now=timezone.now())
    with pytest.raises(ChangedMeanwhile) as problem:
        rename_row(row, name="Logement", version=0, by=UserFactory(), now=timezone.now())
    assert (problem.value.by, problem.value.at) == (paula, now)


def test_ranks_that_were_never_set_are_set_by_the_first_gesture(three: List, paula: User):
    three.kept.model.objects.update(position=0)
    add_row(three.kept.model, name="Énergie", by=paula, now=timezone.now())
    assert three.names() == ["Mot 1", "Mot 2", "Mot 3", "Énergie"]
    assert three.positions() == [1, 2, 3, 4]


def test_looking_changes_nothing(partner_manager: Client, three: List):
    for name in (three.kept.move, three.kept.set_active):
        assert partner_manager.get(reverse(name, args=["R1"])).status_code == 302
    assert three.names() == ["Mot 1", "Mot 2", "Mot 3"]


def test_the_page_leads_to_the_history_of_its_list(partner_manager: Client, three: List):
    link = f"{reverse('partners:changes')}?objet={three.kept.object_of_history}"
    assert link in partner_manager.get(three.page).content.decode()
    form = partner_manager.get(link).context["form"]
    assert form.kept() == {"objet": three.kept.object_of_history}


def test_the_page_costs_the_same_whatever_the_length_of_the_list(
    partner_manager: Client, three: List, queries_for: Callable[[Callable[[], object]], int]
):
    few = queries_for(lambda: partner_manager.get(three.page))
    model = three.kept.model
    model.objects.bulk_create([model(code=f"M{n}", name=f"Encore {n}", position=n) for n in range(4, 101)])
    model.objects.filter(position__gt=50).update(is_active=False)
    assert queries_for(lambda: partner_manager.get(three.page)) == few


@pytest.mark.parametrize("persona", ["counsellor", "coordinator", "superuser"])
@pytest.mark.parametrize("address", ["/partenaires/themes/", "/partenaires/blocages/"])
def test_only_the_partner_office_keeps_it(request: pytest.FixtureRequest, persona: str, address: str):
    assert request.getfixturevalue(persona).get(address).status_code == 403


@pytest.mark.django_db
def test_a_retired_blocker_is_no_longer_proposed_at_the_counter(counsellor: Client):
    BlockerFactory(name="Blocage 1")
    BlockerFactory(name="Blocage 2", is_active=False)
    page = counsellor.get("/accueil/").content.decode()
    assert "Blocage 1" in page
    assert "Blocage 2" not in page


def test_a_renamed_theme_keeps_its_procedures(partner_manager: Client):
    theme = ThemeFactory(code="T1")
    procedure = ProcedureFactory(theme=theme)
    Theme.objects.filter(pk=theme.pk).update(name="Logement")
    procedure.refresh_from_db()
    assert str(procedure.theme) == "Logement"
    assert '?theme=T1">1 démarche</a>' in partner_manager.get("/partenaires/themes/").content.decode()


def test_the_list_of_procedures_leads_to_the_themes(partner_manager: Client):
    assert "/partenaires/themes/" in partner_manager.get("/partenaires/demarches/").content.decode()


def test_a_retired_theme_stays_where_it_was_used_and_is_offered_nowhere_else(partner_manager: Client, paula: User):
    used, kept, unused = ThemeFactory(name="Santé"), ThemeFactory(name="Logement"), ThemeFactory(name="Énergie")
    hers = ProcedureFactory(theme=used)
    for theme in (used, unused):
        retire_row(theme, by=paula, now=timezone.now())
    assert offered(ProcedureForm(procedure=hers)) == [used, kept]
    assert offered(ProcedureForm(procedure=ProcedureFactory(theme=kept))) == [kept]
    assert offered(ProcedureForm()) == [kept]
    assert offered(ProcedureFilterForm()) == [used, kept]
    listed = partner_manager.get("/partenaires/demarches/", {"theme": used.code})
    assert [row.pk for row in listed.context["page"]] == [hers.pk]
    assert "Santé" in listed.content.decode()


def test_a_procedure_of_a_retired_theme_is_saved_without_losing_it(partner_manager: Client, paula: User):
    theme = ThemeFactory(name="Santé")
    procedure = ProcedureFactory(theme=theme)
    retire_row(theme, by=paula, now=timezone.now())
    address = reverse("partners:procedure_edit", args=[procedure.code])
    version = partner_manager.get(address).context["form"].initial["version"]
    typed = {"operator": procedure.operator_id, "name": "Autre nom", "theme": theme.pk, "version": version}
    assert partner_manager.post(address, typed).status_code == 302
    procedure.refresh_from_db()
    assert (procedure.name, procedure.theme) == ("Autre nom", theme)


def offered(form: Any) -> list[Theme]:
    return list(form.fields["theme"].queryset)


def test_both_lists_are_rows_of_one_kind():
    assert all(issubclass(model, ClosedListRow) for model in (Theme, Blocker))
