"""Stand-ins that go round in a circle, of another office or out of service are refused."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Team
from partners import actions
from partners.actions.contacts import ContactValues
from partners.models import Contact
from partners.stand_ins import TurnsInCircle, circle
from tests.accounts.factories import UserFactory
from tests.partners.factories import ContactFactory, OperatorFactory


@pytest.mark.parametrize(
    ("stand_ins", "found"),
    [
        ({}, []),
        ({2: 3}, []),
        ({2: 1}, [1, 2]),
        ({2: 3, 3: 4, 4: 1}, [1, 2, 3, 4]),
        ({2: 3, 3: 2}, []),
        ({1: 5, 2: 1}, [1, 2]),
    ],
)
def test_the_circle_that_a_stand_in_would_close(stand_ins: dict[int, int], found: list[int]) -> None:
    assert circle(1, 2, stand_ins) == found


@pytest.fixture
def three(partner_office: Team) -> list[Contact]:
    operator = OperatorFactory()
    return [ContactFactory(operator=operator, office=partner_office, name=name) for name in ("Aline", "Bruno", "Chloé")]


def replaced_by(client: Client, contact: Contact, stand_in: Contact):
    url = reverse("partners:contact_edit", args=[contact.pk])
    form = client.get(url).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}
    return client.post(url, values | {"stand_in": stand_in.pk})


def test_a_stand_in_circle_is_refused_however_long(partner_manager: Client, three: list[Contact]):
    aline, bruno, chloe = three
    assert replaced_by(partner_manager, bruno, aline).status_code == 302
    answer = replaced_by(partner_manager, aline, bruno)
    assert (answer.status_code, "Aline → Bruno → Aline" in answer.content.decode()) == (422, True)
    assert replaced_by(partner_manager, chloe, bruno).status_code == 302
    answer = replaced_by(partner_manager, aline, chloe)
    assert "tournent en rond\u00a0: Aline → Chloé → Bruno → Aline" in answer.content.decode()
    aline.refresh_from_db()
    assert aline.stand_in is None


def test_a_stand_in_of_another_office_or_out_of_service_is_refused(partner_manager: Client, three: list[Contact]):
    aline, bruno, _ = three
    stranger = ContactFactory(operator=aline.operator)
    assert "une autre équipe tient sa fiche" in replaced_by(partner_manager, aline, stranger).content.decode()
    Contact.objects.filter(pk=bruno.pk).update(is_active=False)
    assert "n’est plus en service" in replaced_by(partner_manager, aline, bruno).content.decode()


def test_a_stand_in_who_went_out_of_service_is_to_be_replaced(partner_manager: Client, three: list[Contact]):
    aline, bruno, _ = three
    Contact.objects.filter(pk=aline.pk).update(stand_in=bruno)
    Contact.objects.filter(pk=bruno.pk).update(is_active=False)
    answer = replaced_by(partner_manager, aline, bruno)
    assert "Bruno n’est plus en service" in answer.content.decode()


def test_a_circle_that_somebody_closed_since_the_form_was_read_is_refused_in_words(
    partner_manager: Client, three: list[Contact], monkeypatch: pytest.MonkeyPatch
):
    aline, bruno, _ = three
    saved = actions.update_contact

    def after_somebody_else(**values: object) -> bool:
        Contact.objects.filter(pk=bruno.pk).update(stand_in=aline)
        return saved(**values)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "update_contact", after_somebody_else)
    answer = replaced_by(partner_manager, aline, bruno)
    assert answer.status_code == 422
    assert "tournent en rond\u00a0: Aline → Bruno → Aline" in answer.content.decode()
    aline.refresh_from_db()
    assert aline.stand_in is None


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_a_circle_at_once_one_is_refused(partner_office: Team):
    by = UserFactory(teams=[partner_office])
    for _ in range(6):
        one, other = ContactFactory.create_batch(2, operator=OperatorFactory(), office=partner_office)

        def replace(pair: tuple[Contact, Contact]) -> bool:
            contact, stand_in = pair
            values = {name: getattr(contact, name) for name in ContactValues.__annotations__}
            try:
                return actions.update_contact(
                    contact=contact, version=None, by=by, now=timezone.now(), **values | {"stand_in": stand_in}
                )
            except TurnsInCircle:
                return False
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as threads:
            assert sorted(threads.map(replace, [(one, other), (other, one)])) == [False, True]
        assert Contact.objects.filter(pk__in=[one.pk, other.pk], stand_in__isnull=False).count() == 1
