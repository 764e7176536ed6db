"""Each rule that the database keeps, attacked around every form."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from partners.models import Contact, Operator, Procedure, Rule
from tests.partners.factories import ContactFactory, OperatorFactory, ProcedureFactory, RuleFactory
from tests.territories.factories import CommuneFactory, DepartementFactory

pytestmark = pytest.mark.django_db


def refused(model, row, **values) -> bool:
    """Whether the database itself refuses these values."""
    try:
        with transaction.atomic():
            model.objects.filter(pk=row.pk).update(**values)
    except IntegrityError:
        return True
    return False


def message(row) -> str:
    with pytest.raises(ValidationError) as problem:
        row.validate_constraints()
    return " ".join(problem.value.messages)


def test_a_partnership_does_not_end_before_it_begins():
    operator = OperatorFactory()
    days = {"in_bundle_from": date(2026, 1, 2), "in_bundle_until": date(2026, 1, 1)}
    assert refused(Operator, operator, **days)
    assert message(Operator(code="X", **days)) == "La fin du partenariat vient après son début."
    assert not refused(Operator, operator, in_bundle_from=date(2026, 1, 1), in_bundle_until=date(2026, 1, 1))
    assert not refused(Operator, operator, in_bundle_from=None, in_bundle_until=date(2026, 1, 1))


def test_a_question_and_its_operator_go_together():
    procedure, other = ProcedureFactory(), OperatorFactory()
    assert refused(Procedure, procedure, question="Régime agricole ?")
    assert refused(Procedure, procedure, alternative_operator=other)
    assert "Une question départage deux opérateurs" in message(Procedure(code="X", question="Régime agricole ?"))
    assert not refused(Procedure, procedure, question="Régime agricole ?", alternative_operator=other)


def test_a_contact_can_be_reached_by_phone_or_by_mail():
    contact = ContactFactory(phone="", direct_phone="", mail="a@exemple.fr")
    assert refused(Contact, contact, mail="")
    assert not refused(Contact, contact, mail="", direct_phone="02 61 91 00 12")
    assert message(Contact(phone="", direct_phone="", mail="")).startswith("Donnez au moins un téléphone")


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 1, 2), None), (None, date(2026, 1, 2)), (date(2026, 1, 2), date(2026, 1, 1))],
)
def test_an_absence_has_two_ends_in_order(first, last):
    contact = ContactFactory()
    assert refused(Contact, contact, absent_from=first, absent_until=last)
    assert message(Contact(mail="a@exemple.fr", absent_from=first, absent_until=last)).startswith(
        "Une absence a un début"
    )


def test_an_absence_of_one_day_is_an_absence():
    assert not refused(Contact, ContactFactory(), absent_from=date(2026, 1, 2), absent_until=date(2026, 1, 2))


def test_nobody_stands_in_for_herself():
    contact = ContactFactory()
    assert refused(Contact, contact, stand_in=contact)
    contact.stand_in = contact
    assert message(contact) == "Personne ne se remplace soi-même."
    assert not refused(Contact, contact, stand_in=ContactFactory(operator=contact.operator))


def test_a_rule_has_one_territory_and_only_one():
    DepartementFactory()
    commune = CommuneFactory(rouen=True)
    rule = RuleFactory()
    assert refused(Rule, rule, departement=None)
    for second in ({"commune": commune}, {"epci": commune.epci}, {"arrondissement": commune.arrondissement}):
        assert refused(Rule, rule, **second)
        assert not refused(Rule, rule, departement=None, **second)
        Rule.objects.filter(pk=rule.pk).update(departement="76", commune=None, epci=None, arrondissement=None)
    assert message(Rule(contact=rule.contact)) == "Choisissez un territoire, et un seul."


def test_the_same_rule_is_not_written_twice_with_or_without_a_procedure():
    DepartementFactory()
    rule = RuleFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleFactory(contact=rule.contact)
    assert message(Rule(contact=rule.contact, departement_id="76")) == "Cette règle existe déjà pour cet interlocuteur."
    procedure = ProcedureFactory(operator=rule.contact.operator)
    RuleFactory(contact=rule.contact, procedure=procedure)
    with pytest.raises(IntegrityError), transaction.atomic():
        RuleFactory(contact=rule.contact, procedure=procedure, priority=1)
    RuleFactory(procedure=None)


def test_two_operators_do_not_share_a_code():
    OperatorFactory(code="CAF")
    with pytest.raises(IntegrityError), transaction.atomic():
        Operator.objects.create(code="CAF", name="Autre")
    ProcedureFactory(code="X")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProcedureFactory(code="X")
