"""What waits for the partner manager in the invented directory: proposals, reports, a mail that came back?"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from accounts.models import User
from partners.actions.upkeep import ask_for_confirmations, propose, report_error, say_gone
from partners.models import Confirmation, Contact, Wrong

# Places in the list of contacts, away from those that the scenes call.
BOUNCED = 34
CORRECTS = 44
SAYS_GONE = 57
ASKED = 31
REPORTS = {
    39: (Wrong.NO_ANSWER, "Sonne dans le vide depuis une semaine, matin et après-midi."),
    52: (Wrong.NOT_THIS, ""),
}


def write_upkeep(contacts: Sequence[Contact], authors: Mapping[str, Sequence[User]], now: datetime) -> int:
    """Through the actions, each a few days ago; the last mails are those that the job writes today. How many waits."""
    reporters = [people[0] for people in authors.values()]
    for number, (place, (wrong, detail)) in enumerate(REPORTS.items()):
        at = now - timedelta(days=number + 1, hours=3)
        report_error(contact=contacts[place], wrong=wrong, detail=detail, by=reporters[number], now=at)
    Contact.objects.filter(pk=contacts[BOUNCED].pk).update(bounced_at=now - timedelta(days=2))
    corrects, gone, _ = (_asked(contacts[place], now - timedelta(days=4)) for place in (CORRECTS, SAYS_GONE, ASKED))
    propose(
        confirmation=corrects,
        changes={"direct_phone": "02 61 91 26 99", "function": "Relais France services, pays de Bray"},
        message="Le standard ne transmet plus, appelez la ligne directe.",
        now=now - timedelta(days=1),
    )
    say_gone(confirmation=gone, instead="La juriste de Rouen a repris mes permanences.", now=now - timedelta(hours=20))
    return len(REPORTS) + 3 + ask_for_confirmations(now)


def _asked(contact: Contact, at: datetime) -> Confirmation:
    return Confirmation.objects.create(contact=contact, asked_at=at)
