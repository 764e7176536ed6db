"""The partner manager keeps the contacts right: who, how to reach them, when, and what they answer for."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners.actions.upkeep import say_gone, say_still_right
from partners.models import Contact, ContactKind, Rule
from partners.versions import version_of
from tests.accounts.factories import UserFactory
from tests.partners.factories import ConfirmationFactory, ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory, DepartementFactory

LIST = "/partenaires/interlocuteurs/"
NIR = "1 85 05 78 006 084 91"


def url(name: str, contact: Contact, **more: int) -> str:
    return reverse(f"partners:{name}", kwargs={"pk": contact.pk, **more})


def today() -> date:
    return timezone.localdate()


@pytest.fixture
def contact(partner_office: Team) -> Contact:
    return ContactFactory(office=partner_office, name="Claire Dubois", checked_on=today())


def typed(contact: Contact, **changes: object) -> dict[str, object]:
    """What the browser sends for the form as it was opened, but for some changes."""
    values = {
        "version": version_of(contact),
        "operator": contact.operator_id,
        "name": contact.name,
        "phone": contact.phone,
        "mail": contact.mail,
        "priority": 5,
    }
    return values | changes


@pytest.mark.parametrize(("field", "day"), [("absent_until", "9999-12-31"), ("absent_from", "0206-11-24")])
def test_a_day_of_another_age_is_refused_in_words(partner_manager: Client, contact: Contact, field: str, day: str):
    absence = {"absent_from": str(today()), "absent_until": str(today())} | {field: day}
    answer = partner_manager.post(url("contact_edit", contact), typed(contact, kind="person", **absence))
    assert answer.status_code == 422
    assert "est trop loin" in answer.context["form"].errors[field][0]


# The list


def test_the_list_shows_only_the_contacts_of_her_office(partner_manager: Client, contact: Contact):
    ContactFactory(name="Ailleurs Foreign")
    page = partner_manager.get(LIST).content.decode()
    assert "Claire Dubois" in page
    assert "Ailleurs Foreign" not in page


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        ("", {"Ada", "Bea", "Cléo"}),
        ("a-verifier", {"Bea"}),
        ("absents", {"Cléo"}),
        ("inactifs", {"Dora"}),
        ("?", {"Ada", "Bea", "Cléo"}),
    ],
)
def test_the_list_is_narrowed_by_state(partner_manager: Client, partner_office: Team, state: str, shown: set[str]):
    ContactFactory(office=partner_office, name="Ada", checked_on=today() - timedelta(days=90))
    ContactFactory(office=partner_office, name="Bea", checked_on=today() - timedelta(days=91))
    ContactFactory(office=partner_office, name="Cléo", checked_on=today(), absent_from=today(), absent_until=today())
    ContactFactory(office=partner_office, name="Dora", is_active=False)
    rows = partner_manager.get(LIST, {"etat": state}).context["rows"]
    assert {row.name for row, _ in rows} == shown


def test_the_list_is_searched_without_accents_and_by_operator(partner_manager: Client, partner_office: Team):
    caf = OperatorFactory(code="CAF")
    ContactFactory(office=partner_office, name="Éloïse Bâtard", operator=caf)
    ContactFactory(office=partner_office, name="Éloïse Martin")
    rows = partner_manager.get(LIST, {"q": "batard elo", "operateur": "CAF"}).context["rows"]
    assert [row.name for row, _ in rows] == ["Éloïse Bâtard"]


def test_the_list_says_who_is_absent_and_who_was_never_checked(partner_manager: Client, partner_office: Team):
    ContactFactory(office=partner_office, checked_on=None, absent_from=today(), absent_until=today())
    page = partner_manager.get(LIST).content.decode()
    assert "absent jusqu’au" in page
    assert "jamais vérifié" in page


def test_never_checked_comes_first_when_sorted_by_check(partner_manager: Client, partner_office: Team):
    for name, day in (("Ada", today()), ("Bea", None), ("Cléo", today() - timedelta(days=200))):
        ContactFactory(office=partner_office, name=name, checked_on=day)
    rows = partner_manager.get(LIST, {"tri": "verification"}).context["rows"]
    assert [row.name for row, _ in rows] == ["Bea", "Cléo", "Ada"]


def test_the_pages_keep_the_filters(partner_manager: Client, partner_office: Team):
    ContactFactory.create_batch(26, office=partner_office, name="Ada")
    page = partner_manager.get(LIST, {"q": "ada", "tri": "nom"})
    assert "?q=ada&amp;tri=nom&amp;page=2" in page.content.decode()
    assert len(partner_manager.get(LIST, {"q": "ada", "page": "2"}).context["rows"]) == 1


def test_the_list_costs_the_same_for_one_contact_as_for_twenty(
    partner_manager: Client, partner_office: Team, queries_for
):
    ContactFactory(office=partner_office)
    cost_of_one = queries_for(lambda: partner_manager.get(LIST))
    ContactFactory.create_batch(19, office=partner_office, operator=OperatorFactory(code="CAF"))
    assert queries_for(lambda: partner_manager.get(LIST)) == cost_of_one


def test_an_empty_list_says_what_to_do(partner_manager: Client):
    assert "Créez la première fiche" in partner_manager.get(LIST).content.decode()
    assert "Essayez avec moins de mots" in partner_manager.get(LIST, {"q": "x"}).content.decode()


# Who may


@pytest.mark.parametrize("name", ["contact_edit", "contact_deactivate", "contact_confirm", "contact_reactivate"])
def test_the_contact_of_another_office_does_not_exist(partner_manager: Client, name: str):
    foreign = ContactFactory(is_active=True)
    assert partner_manager.get(url(name, foreign)).status_code == 404
    assert partner_manager.post(url(name, foreign), typed(foreign, name="Changé")).status_code == 404
    foreign.refresh_from_db()
    assert (foreign.is_active, foreign.checked_on, foreign.rules.count()) == (True, None, 0)


def test_the_rule_of_another_contact_cannot_be_removed_through_ours(partner_manager: Client, contact: Contact):
    DepartementFactory()
    rule = RuleFactory()
    assert partner_manager.post(reverse("referrals:rule_remove", args=[contact.pk, rule.pk])).status_code == 404
    assert Rule.objects.filter(pk=rule.pk).exists()


def test_a_counsellor_does_not_keep_contacts(counsellor: Client, contact: Contact):
    assert counsellor.get(LIST).status_code == 403
    assert counsellor.get(url("contact_edit", contact)).status_code == 403


@pytest.mark.parametrize("name", ["contact_confirm", "contact_deactivate", "contact_reactivate"])
def test_looking_at_an_action_does_nothing(partner_manager: Client, contact: Contact, name: str):
    Contact.objects.update(checked_on=None)
    before = Contact.history.count()
    partner_manager.get(url(name, contact))
    assert Contact.history.count() == before


# Creating and editing


def test_a_contact_is_created_and_signed(partner_manager: Client, partner_office: Team):
    operator = OperatorFactory()
    answer = partner_manager.post(
        reverse("partners:contact_create"),
        {
            "operator": operator.pk,
            "name": "Marc Lefèvre",
            "phone": "+33261910012",
            "direct_phone": "3230",
        },
    )
    contact = Contact.objects.get()
    assert answer.headers["Location"] == url("contact_edit", contact)
    assert (contact.phone, contact.direct_phone, contact.office) == ("02 61 91 00 12", "32 30", partner_office)
    assert contact.checked_on == today()
    assert contact.history.get().history_user.memberships.get().team == partner_office


def test_the_form_of_a_contact_sent_twice_makes_one(partner_manager: Client, partner_office: Team):
    values = {"operator": OperatorFactory().pk, "name": "Marc Lefèvre", "phone": "02 61 91 00 12"}
    create = reverse("partners:contact_create")
    answers = [partner_manager.post(create, values) for _ in range(2)]
    contact = Contact.objects.get()
    assert [answer.headers["Location"] for answer in answers] == [url("contact_edit", contact)] * 2
    assert contact.history.count() == 1
    partner_manager.post(create, values | {"phone": "02 61 91 00 13"})
    assert Contact.objects.count() == 2, "another line is another contact"


def test_the_same_contact_may_be_written_again_later(partner_manager: Client, partner_office: Team):
    values = {"operator": OperatorFactory().pk, "name": "Marc Lefèvre", "phone": "02 61 91 00 12"}
    partner_manager.post(reverse("partners:contact_create"), values)
    Contact.history.update(history_date=timezone.now() - timedelta(minutes=11))
    partner_manager.post(reverse("partners:contact_create"), values)
    assert Contact.objects.count() == 2


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phone": "02 61 91 00"}, "Ce numéro n’est pas reconnu"),
        ({"phone": "appelez-moi"}, "Ce numéro n’est pas reconnu"),
        ({"phone": "", "mail": ""}, "Donnez au moins un téléphone"),
        ({"mail": "pas une adresse"}, "adresse"),
        ({"absent_from": "2026-05-02"}, "Une absence a un début et une fin"),
        ({"absent_from": "2026-05-02", "absent_until": "2026-05-01"}, "Une absence a un début et une fin"),
        ({"absent_from": "demain"}, "Écrivez une date"),
        ({"note": NIR}, "numéro de sécurité sociale"),
        ({"name": ""}, "obligatoire"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    partner_manager: Client, contact: Contact, changes, said: str
):
    answer = partner_manager.post(url("contact_edit", contact), typed(contact, function="Référente", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert all(str(value) in page for value in ("Référente", *changes.values()))
    contact.refresh_from_db()
    assert contact.function == ""


def test_the_form_opens_on_what_is_saved(partner_manager: Client, contact: Contact):
    form = partner_manager.get(url("contact_edit", contact)).context["form"]
    assert form["name"].value() == "Claire Dubois"


def test_a_contact_may_be_a_service_of_several_people(partner_manager: Client, contact: Contact):
    page = partner_manager.get(url("contact_edit", contact)).content.decode()
    assert "Un service répond à plusieurs" in page
    partner_manager.post(url("contact_edit", contact), typed(contact, kind=ContactKind.DESK))
    contact.refresh_from_db()
    assert contact.kind == ContactKind.DESK
    partner_manager.post(url("contact_edit", contact), typed(contact, function="Accueil"))
    contact.refresh_from_db()
    assert (contact.kind, contact.function) == (ContactKind.DESK, "Accueil")


def test_saving_without_a_change_writes_no_history(partner_manager: Client, contact: Contact):
    before = contact.history.count()
    partner_manager.post(url("contact_edit", contact), typed(contact))
    assert contact.history.count() == before


def test_only_colleagues_of_the_operator_are_listed_as_stand_ins(
    partner_manager: Client, contact: Contact, partner_office: Team
):
    ContactFactory(office=partner_office, operator=contact.operator, name="Noé Collègue")
    ContactFactory(office=partner_office, name="Paul Ailleurs")
    page = partner_manager.get(url("contact_edit", contact)).content.decode()
    assert "Noé Collègue" in page
    assert "Paul Ailleurs" not in page


def test_a_stand_in_answers_for_the_same_operator(partner_manager: Client, contact: Contact, partner_office: Team):
    other = ContactFactory(office=partner_office)
    answer = partner_manager.post(url("contact_edit", contact), typed(contact, stand_in=other.pk))
    assert "choisissez un collègue" in answer.content.decode()
    colleague = ContactFactory(office=partner_office, operator=contact.operator)
    partner_manager.post(url("contact_edit", contact), typed(contact, stand_in=colleague.pk))
    contact.refresh_from_db()
    assert contact.stand_in == colleague


def test_the_operator_does_not_change_under_the_rules_of_another(partner_manager: Client, contact: Contact):
    DepartementFactory()
    RuleFactory(contact=contact, procedure=ProcedureFactory(operator=contact.operator))
    answer = partner_manager.post(url("contact_edit", contact), typed(contact, operator=OperatorFactory().pk))
    assert "Retirez d’abord les règles" in answer.content.decode()


def test_two_people_do_not_overwrite_each_other(sign_in, partner_office: Team, contact: Contact):
    first = sign_in(UserFactory(full_name="Paule Première", teams=[partner_office]))
    second = sign_in(UserFactory(full_name="Sonia Seconde", teams=[partner_office]))
    opened = typed(contact)
    first.post(url("contact_edit", contact), opened | {"note": "Le premier texte"})
    answer = second.post(url("contact_edit", contact), opened | {"note": "Le second texte"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Paule Première" in page
    assert "Le premier texte" in page
    assert "Le second texte" in page
    contact.refresh_from_db()
    assert contact.note == "Le premier texte"
    knowingly = opened | {"note": "Le second texte", "version": answer.context["form"]["version"].value()}
    assert second.post(url("contact_edit", contact), knowingly).status_code == 302
    contact.refresh_from_db()
    assert contact.note == "Le second texte"


@pytest.mark.parametrize("version", ["", "0", "-3", "abc", "9" * 30])
def test_a_form_without_a_true_version_overwrites_nothing(partner_manager: Client, contact: Contact, version: str):
    answer = partner_manager.post(url("contact_edit", contact), typed(contact, version=version, name="Changé"))
    assert answer.status_code in (409, 422)
    contact.refresh_from_db()
    assert contact.name == "Claire Dubois"


# Checked, out of service


def test_the_contact_is_checked_today_with_one_button(partner_manager: Client, contact: Contact):
    Contact.objects.update(checked_on=None)
    page = partner_manager.post(url("contact_confirm", contact), follow=True).content.decode()
    contact.refresh_from_db()
    assert contact.checked_on == today()
    assert "Fiche vérifiée" in page


def test_the_page_says_what_came_of_the_last_question(partner_manager: Client, contact: Contact):
    page = lambda: partner_manager.get(url("contact_edit", contact)).content.decode()  # noqa: E731
    assert "Question envoyée" not in page()
    asked = ConfirmationFactory(contact=contact)
    assert "Question envoyée le" in page()
    say_still_right(confirmation=asked, now=timezone.now())
    assert "Confirmée par l’interlocuteur le" in page()
    gone = ConfirmationFactory(contact=contact, asked_at=timezone.now())
    say_gone(confirmation=gone, instead="", now=timezone.now())
    assert reverse("partners:upkeep_proposal", args=[gone.pk]) in page()


def test_before_going_one_reads_what_goes_too(partner_manager: Client, partner_office: Team, contact: Contact):
    DepartementFactory()
    RuleFactory(contact=contact)
    ContactFactory(office=partner_office, operator=contact.operator, name="Noé Absent", stand_in=contact)
    page = partner_manager.get(url("contact_deactivate", contact)).content.decode()
    assert "1 règle ne sera plus suivie" in page
    assert "Noé Absent" in page
    partner_manager.post(url("contact_deactivate", contact))
    contact.refresh_from_db()
    assert (contact.is_active, contact.rules.count()) == (False, 1)
    partner_manager.post(url("contact_reactivate", contact))
    contact.refresh_from_db()
    assert contact.is_active


# History


def test_the_page_says_who_changed_what(sign_in, partner_office: Team, contact: Contact):
    DepartementFactory()
    paule = sign_in(UserFactory(full_name="Paule Martin", teams=[partner_office]))
    paule.post(url("contact_edit", contact), typed(contact, phone="0261910099"))
    paule.post(reverse("referrals:rule_add", args=[contact.pk]), {"area": "departement:76", "priority": "5"})
    changes = paule.get(url("contact_edit", contact)).context["changes"]
    assert [change.by for change in changes[:2]] == ["Paule Martin", "Paule Martin"]
    assert changes[0].sentences == ["Règle ajoutée\u00a0: toutes les démarches – Seine-Maritime"]
    assert changes[1].sentences == [
        "Téléphone\u00a0: «\u00a002 61 91 00 20\u00a0» devient «\u00a002 61 91 00 99\u00a0»"
    ]


def test_the_page_costs_the_same_with_many_rules_and_changes(partner_manager: Client, contact: Contact, queries_for):
    DepartementFactory()
    RuleFactory(contact=contact)
    partner_manager.post(url("contact_confirm", contact))
    cost = queries_for(lambda: partner_manager.get(url("contact_edit", contact)))
    for commune in CommuneFactory.create_batch(8):
        RuleFactory(contact=contact, commune=commune, departement_id=None)
        partner_manager.post(url("contact_confirm", contact))
    assert queries_for(lambda: partner_manager.get(url("contact_edit", contact))) == cost
