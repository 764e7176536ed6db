"""Before a line of history is taken back: does one read which cases change hands, and lose nothing on the way?"""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team, User
from partners import actions
from partners.models import Contact, Rule
from partners.versions import sign
from structures.models import Structure
from territories.models import Departement
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory

pytestmark = pytest.mark.django_db
TAKEN_BACK = 302


@pytest.fixture
def paula(partner_office: Team) -> User:
    return UserFactory(full_name="Paula", teams=[partner_office])


@pytest.fixture
def hers(paula: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(paula)


@pytest.fixture
def claire(partner_office: Team, structure: Structure) -> Contact:
    """She comes first everywhere; Noé does when she is not there."""
    CommuneFactory(rouen=True)
    operator = OperatorFactory(code="CAF", name="Caf")
    ProcedureFactory(operator=operator, name="Aide au logement")
    noe = ContactFactory(operator=operator, office=partner_office, name="Noé Bernard")
    RuleFactory(contact=noe, priority=9)
    return ContactFactory(operator=operator, office=partner_office, name="Claire Martin")


def add_rule(contact: Contact, by: User) -> Rule:
    seine_maritime = Departement.objects.get(pk="76")
    return actions.add_rule(contact=contact, by=by, now=timezone.now(), departement=seine_maritime, priority=1)


def undo(client: Client, kind: str, line, query: str = "", **sent: object):
    return client.post(reverse("partners:change_undo", args=[kind, line.history_id]) + query, sent)


def read_then_undo(client: Client, kind: str, line) -> tuple[str, str]:
    """Who answers before and after, as it was read; then it is done."""
    page = undo(client, kind, line)
    assert page.status_code == 200, page
    said = page.content.decode()
    assert "Annuler ce changement quand même" in said
    assert "couples démarche × commune changent d’interlocuteur" in said
    row = next(row for row in page.context["hands"].rows if row.commune == "Rouen")
    assert undo(client, kind, line, confirmed=page.context["hands"].mark).status_code == TAKEN_BACK
    return row.before, row.after


def test_a_rule_that_was_added_is_taken_back_once_one_has_read_who_answers(hers, paula, claire):
    rule = add_rule(claire, paula)
    line = rule.history.get()
    assert read_then_undo(hers, "regle", line) == ("Claire Martin", "Noé Bernard")
    assert not claire.rules.exists()


def test_nothing_is_written_before_it_is_read(hers, paula, claire):
    rule = add_rule(claire, paula)
    lines = Rule.history.count()
    undo(hers, "regle", rule.history.get())
    undo(hers, "regle", rule.history.get(), confirmed="another list")
    assert (claire.rules.count(), Rule.history.count()) == (1, lines)


def test_a_rule_that_was_removed_comes_back_once_read(hers, paula, claire):
    rule = add_rule(claire, paula)
    actions.remove_rule(rule=rule, by=paula, now=timezone.now())
    line = Rule.history.latest("history_id")
    assert read_then_undo(hers, "regle", line) == ("Noé Bernard", "Claire Martin")


def test_a_priority_comes_back_once_read(hers, paula, claire):
    rule = add_rule(claire, paula)
    rule.priority = 9
    sign(rule, by=paula, now=timezone.now()).save()
    assert read_then_undo(hers, "regle", rule.history.latest("history_id")) == (
        "Noé Bernard ou Claire Martin",
        "Claire Martin",
    )


@pytest.mark.parametrize("gone", ["absent", "out of service"])
def test_an_absence_and_a_departure_are_taken_back_once_read(hers, paula, claire, gone):
    RuleFactory(contact=claire, priority=1)
    sign(claire, by=paula, now=timezone.now()).save()
    if gone == "absent":
        claire.absent_from = claire.absent_until = timezone.localdate()
    else:
        claire.is_active = False
    sign(claire, by=paula, now=timezone.now()).save()
    line = claire.history.latest("history_id")
    assert read_then_undo(hers, "interlocuteur", line) == ("Noé Bernard", "Claire Martin")


def test_what_changes_no_hands_is_taken_back_at_once(hers, paula, claire):
    sign(claire, by=paula, now=timezone.now()).save()
    claire.function = "cheffe"
    sign(claire, by=paula, now=timezone.now()).save()
    assert undo(hers, "interlocuteur", claire.history.latest("history_id")).status_code == TAKEN_BACK


def test_the_filters_and_the_contact_whose_history_was_open_are_kept(hers, paula, claire):
    rule = add_rule(claire, paula)
    line, query = rule.history.get(), f"?auteur={paula.pk}&page=2"
    page = undo(hers, "regle", line, query, fiche=claire.pk)
    back = reverse("partners:contact_changes", args=[claire.pk]) + query
    assert page.context["back_url"] == back
    assert f'name="fiche" value="{claire.pk}"' in page.content.decode()
    assert f"annuler/?auteur={paula.pk}&amp;page=2" in page.content.decode()
    done = undo(hers, "regle", line, query, fiche=claire.pk, confirmed=page.context["hands"].mark)
    assert done.headers["Location"] == back


def test_reading_costs_the_same_with_many_colleagues_and_rules(hers, paula, claire, partner_office, queries_for):
    rule = add_rule(claire, paula)
    line = rule.history.get()
    cost = queries_for(lambda: undo(hers, "regle", line))
    for _ in range(20):
        RuleFactory(contact=ContactFactory(operator=claire.operator, office=partner_office), priority=9)
        ProcedureFactory(operator=claire.operator)
    assert queries_for(lambda: undo(hers, "regle", line)) == cost
