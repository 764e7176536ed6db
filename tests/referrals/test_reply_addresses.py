"""Does the address that a contact answers to name its hand-over, and cannot it be forged?"""

from types import SimpleNamespace

import pytest
from pytest_django import Settings

from referrals.reply_addresses import LONGEST_LOCAL_PART, address_of, referral_pk


def of(pk: int) -> SimpleNamespace:
    return SimpleNamespace(pk=pk)


@pytest.mark.parametrize("pk", [1, 35, 36, 123_456, 2**63 - 1])
def test_an_address_leads_back_to_its_hand_over(pk: int) -> None:
    address = address_of(of(pk))
    assert referral_pk(address) == pk
    assert len(address.rpartition("@")[0]) <= LONGEST_LOCAL_PART


def test_capitals_and_a_name_around_it_change_nothing() -> None:
    assert referral_pk(f"Réseau <{address_of(of(42)).upper()}>") == 42


def test_another_number_with_the_same_signature_opens_nothing() -> None:
    local, _, domain = address_of(of(42)).partition("@")
    box, _, signature = local.partition("-")
    assert referral_pk(f"{box[:-1]}7-{signature}@{domain}") is None
    assert referral_pk(f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}") is None


@pytest.mark.parametrize(
    "address", ["", "reponses@exemple.fr", "reponses+1@exemple.fr", "a+zzzz-aaaaaaaaaaaaaaaa@b.fr", "@", "+"]
)
def test_what_bears_no_mark_of_ours_names_nothing(address: str) -> None:
    assert referral_pk(address) is None


def test_a_secret_that_turned_is_still_read(settings: Settings) -> None:
    address = address_of(of(7))
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert referral_pk(address) == 7
    settings.SECRET_KEY_FALLBACKS = []
    assert referral_pk(address) is None


@pytest.mark.parametrize("box", ["", "reponses", f"{'r' * 60}@exemple.fr"])
def test_without_a_box_that_can_bear_a_mark_there_is_no_address(settings: Settings, box: str) -> None:
    settings.REPLY_ADDRESS = box
    assert address_of(of(7)) == ""
