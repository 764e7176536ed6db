"""What a counsellor or a contact typed about a request, and whether it makes sense."""

from referrals.forms.answer import AnswerForm
from referrals.forms.closing import InformForm, ReopenForm, UntoldForm, likely_reason
from referrals.forms.communes import commune_named
from referrals.forms.correction import CorrectionForm
from referrals.forms.counter_log import CounterLogForm
from referrals.forms.files import FilesForm
from referrals.forms.filters import RequestFilterForm
from referrals.forms.finding import SavedViewForm, SearchForm
from referrals.forms.gestures import CallForm, NoteForm
from referrals.forms.hand_over import HandOverForm, IdentityForm
from referrals.forms.notices import NoticesForm
from referrals.forms.teamwork import AssignForm, NationalNumberForm

__all__ = [
    "AnswerForm",
    "AssignForm",
    "CallForm",
    "CorrectionForm",
    "CounterLogForm",
    "FilesForm",
    "HandOverForm",
    "IdentityForm",
    "InformForm",
    "NationalNumberForm",
    "NoteForm",
    "NoticesForm",
    "ReopenForm",
    "RequestFilterForm",
    "SavedViewForm",
    "SearchForm",
    "UntoldForm",
    "commune_named",
    "likely_reason",
]
