"""How does the request end, or why is it opened again?"""

from typing import ClassVar

from django import forms

from accounts.forms import CarefulForm
from referrals.models import ClosingReason, Exchange, Happening, Outcome, ServiceRequest


class InformForm(CarefulForm):
    """How the request ends, once the resident knows."""

    reason = forms.ChoiceField(
        label="Issue",
        choices=[
            ("", "Choisissez…"),
            *((reason.value, reason.label) for reason in ClosingReason if reason.tells_the_resident),
        ],
        error_messages={"required": "Choisissez comment la demande se termine."},
    )


class UntoldForm(CarefulForm):
    """Why it ends without the resident knowing anything."""

    reason = forms.ChoiceField(
        choices=[(reason.value, reason.label) for reason in ClosingReason if not reason.tells_the_resident],
        error_messages={"required": "Dites pourquoi la demande se termine."},
    )


class ReopenForm(CarefulForm):
    """Why a closed request is opened again."""

    MISTAKE, RETURN = "erreur", "retour"
    CHOICES: ClassVar = [(MISTAKE, "Close par erreur"), (RETURN, "La personne revient")]
    why = forms.ChoiceField(choices=CHOICES, error_messages={"required": "Dites pourquoi la rouvrir."})


def likely_reason(request: ServiceRequest, answer: Exchange | None) -> ClosingReason | None:
    """The one most closings of such a request choose: she only has to press the button. None: it is hers to say.

    `answer`: the last useful one, which solves nothing when it only says what is missing.
    """
    if request.oriented_to_id is not None:
        return ClosingReason.ORIENTED
    if answer is not None:
        return None if answer.kind == Happening.MISSING else ClosingReason.SOLVED_BY_OPERATOR
    was_asked = request.referred_at is not None or request.answered_at is not None
    return None if was_asked or request.outcome == Outcome.REFERRED else ClosingReason.SOLVED_HERE
