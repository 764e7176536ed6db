"""Does every kind of line have its look, and does the filter leave what it says?"""

import re
from pathlib import Path

import pytest
from django.conf import settings

from referrals.models import Exchange, Happening
from referrals.timeline import Look, Show, answer_among, lines_of, look_of, shown

ICONS = (Path(settings.BASE_DIR) / "templates/components/icon.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", list(Happening))
def test_every_kind_of_line_has_an_icon_that_is_drawn(kind: Happening) -> None:
    assert f'name == "{look_of(kind).icon}"' in ICONS


def test_every_tone_has_its_colour() -> None:
    css = (Path(settings.BASE_DIR) / "static/theme/theme.css").read_text(encoding="utf-8")
    tones = {look_of(kind).tone for kind in Happening} - {"", "sent", "done", "answer", "warning", "error"}
    assert not tones
    assert re.search(r"app-timeline__item--error", css)


def test_a_kind_of_another_version_looks_plain() -> None:
    assert look_of("of-tomorrow") == Look("clock")


def test_the_notes_alone() -> None:
    note, call = Exchange(kind=Happening.NOTE, text="vu"), Exchange(kind=Happening.CALL_NO_ANSWER)
    assert [line.exchange for line in lines_of([note, call], Show.NOTES)] == [note]


def test_what_passed_between_us_and_the_contact_alone() -> None:
    note, call = Exchange(kind=Happening.NOTE, text="vu"), Exchange(kind=Happening.CALL_NO_ANSWER)
    assert [line.exchange for line in lines_of([note, call], Show.EXCHANGES)] == [call]


def test_an_answer_with_words_may_become_a_note() -> None:
    said, empty = Exchange(kind=Happening.ANSWERED, text="oui"), Exchange(kind=Happening.ANSWERED)
    assert [line.may_become_a_note for line in lines_of([said, empty])] == [True, False]


def test_the_line_of_a_hand_over_says_what_was_asked() -> None:
    asked = Exchange(kind=Happening.HANDED_OVER_BY_MAIL, referral_id=3)
    opened = Exchange(kind=Happening.LINK_OPENED, referral_id=3)
    lines = lines_of([asked, opened], questions={3: "Que manque-t-il ?"})
    assert [line.question for line in lines] == ["Que manque-t-il ?", ""]


def test_the_answer_to_pass_on_is_the_last_one_in_words() -> None:
    first = Exchange(kind=Happening.ANSWERED, text="oui")
    last = Exchange(kind=Happening.MISSING, text="il manque le bail")
    note = Exchange(kind=Happening.NOTE, text="vu")
    assert answer_among([first, last, note, Exchange(kind=Happening.ANSWERED)]) is last
    assert answer_among([note]) is None


def test_another_filter_shows_everything() -> None:
    assert shown("autre") is Show.ALL
    assert shown("notes") is Show.NOTES
