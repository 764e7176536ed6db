"""Do templates write French dates, plurals and telephone numbers?"""

from datetime import datetime

import pytest
from django.template import Context, Template

from schedules.calendars import PARIS


def rendered(text: str, **values: object) -> str:
    return Template("{% load french %}" + text).render(Context(values)).replace("\u00a0", " ")


@pytest.mark.parametrize(("count", "said"), [(0, "0 demande"), (1, "1 demande"), (2, "2 demandes")])
def test_the_plural_begins_at_two(count: int, said: str) -> None:
    assert rendered("{{ n }} demande{{ n|s }}", n=count) == said


def test_other_endings_and_lists_are_counted_too() -> None:
    assert rendered('ser{{ rows|s:"a,ont" }} lieu{{ rows|s:"x" }}', rows=["a", "b"]) == "seront lieux"
    assert rendered('ser{{ rows|s:"a,ont" }} lieu{{ rows|s:"x" }}', rows=["a"]) == "sera lieu"


def test_an_instant_is_said_in_full() -> None:
    at = datetime(2019, 11, 26, 14, 5, tzinfo=PARIS)
    assert rendered("{{ at|moment }}", at=at) == "mardi 26 novembre 2019 à 14 h 05"


def test_a_number_is_read_by_people_and_dialled_by_telephones() -> None:
    assert rendered("{{ n|phone }} {{ n|tel }}", n="0261910012") == "02 61 91 00 12 0261910012"
