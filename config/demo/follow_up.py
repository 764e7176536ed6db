"""What happened between a hand-over and the resident being told: to whom, by which way, who said what?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from config.demo.catalogue import ANSWERS, MISSING, QUESTIONS
from config.demo.diary import to_the_second
from config.demo.partners import Switchboard
from partners.models import Contact
from referrals.models import Exchange, Happening, Outcome, Referral, ReferralChannel, ServiceRequest
from territories.models import Commune

REMEMBERED = timedelta(days=92)
"""Older requests keep their own row only, so that the load stays quick."""
BY_MAIL, WRONG_CONTACT = 0.6, 0.05


@dataclass
class Thread:
    """The rows to write, in the order in which they may be."""

    first: list[Referral] = field(default_factory=list)
    passed_on: list[Referral] = field(default_factory=list)
    exchanges: list[Exchange] = field(default_factory=list)

    def write(self) -> None:
        Referral.objects.bulk_create(self.first)
        Referral.objects.bulk_create(self.passed_on)
        self.exchanges.sort(key=lambda exchange: exchange.at)
        Exchange.objects.bulk_create(self.exchanges)


class Chronicler:
    """Tells the story of requests that are already saved."""

    def __init__(
        self,
        *,
        switchboard: Switchboard,
        communes: Mapping[str, Commune],
        homes: Mapping[int, Commune],
        chance: Random,
        now: datetime,
    ) -> None:
        self._switchboard, self._communes, self._homes = switchboard, communes, homes
        self._chance, self._now = chance, now
        self.thread = Thread()

    def tell(self, request: ServiceRequest) -> None:
        """Add the referral and the exchanges of a request; nothing for one that the counter solved."""
        if request.outcome == Outcome.SOLVED:
            return
        if request.referred_at is not None:
            self._hand_over(request, request.referred_at)
        if request.resident_informed_at is not None:
            person = request.informed_by
            self._say(request, None, Happening.INFORMED, request.resident_informed_at, author=person, actor=str(person))

    def _hand_over(self, request: ServiceRequest, sent_at: datetime) -> None:
        contacts = self._contacts(request)
        is_mail = self._chance.random() < BY_MAIL
        referral = Referral(
            request=request,
            contact=contacts[0],
            channel=ReferralChannel.MAIL if is_mail else ReferralChannel.PHONE,
            question=self._chance.choice(QUESTIONS),
            author=request.author,
            sent_at=sent_at,
        )
        self.thread.first.append(referral)
        handed = Happening.HANDED_OVER_BY_MAIL if is_mail else Happening.HANDED_OVER_BY_PHONE
        self._by_us(referral, handed, sent_at, f"à {referral.contact}")
        end = request.answered_at or min(self._now, sent_at + timedelta(days=2))
        if is_mail and request.answered_at and len(contacts) > 1 and self._chance.random() < WRONG_CONTACT:
            referral = self._not_me(referral, contacts[1], sent_at + (end - sent_at) * 0.4)
        self._answer(referral, end)

    def _contacts(self, request: ServiceRequest) -> list[Contact]:
        """Where the person lives; where the site is when nobody answers there (an intercommunalité of one commune)."""
        home = self._homes[request.structure_id]
        for where in (self._communes.get(request.commune_id or "", home), home):
            if found := self._switchboard.contacts_for(request.procedure, request.operator, where):
                return found
        raise LookupError(f"Nobody answers for {request.procedure.code} in {home.insee}.")

    def _not_me(self, referral: Referral, instead: Contact, at: datetime) -> Referral:
        referral.declined_at = to_the_second(at)
        self._by_them(referral, Happening.WRONG_CONTACT, referral.declined_at, "Je ne suis plus sur ces dossiers.")
        following = Referral(
            request=referral.request,
            contact=instead,
            channel=ReferralChannel.MAIL,
            question=referral.question,
            previous=referral,
            sent_at=referral.declined_at,
        )
        self.thread.passed_on.append(following)
        said = f"à {instead}"
        self._by_them(following, Happening.HANDED_OVER_BY_MAIL, following.sent_at, said, who=str(referral.contact))
        return following

    def _answer(self, referral: Referral, end: datetime) -> None:
        """By mail they open the link, may take charge, then answer; by phone we write what they said."""
        answered_at = referral.answered_at = referral.request.answered_at
        wait = end - referral.sent_at
        if referral.channel == ReferralChannel.PHONE:
            if answered_at is None or self._chance.random() < 0.3:
                self._by_us(referral, Happening.CALL_NO_ANSWER, referral.sent_at + wait * 0.1)
            if answered_at is not None:
                self._by_us(referral, Happening.CALL_ANSWERED, answered_at, self._chance.choice(ANSWERS))
            return
        if answered_at is not None or self._chance.random() < 0.5:
            self._by_them(referral, Happening.LINK_OPENED, referral.sent_at + wait * 0.5)
        if self._chance.random() < 0.35:
            referral.taken_at = to_the_second(referral.sent_at + wait * 0.55)
            self._by_them(referral, Happening.TAKEN, referral.taken_at)
        if answered_at is not None:
            lacks = self._chance.random() < 0.12
            kind, texts = (Happening.MISSING, MISSING) if lacks else (Happening.ANSWERED, ANSWERS)
            self._by_them(referral, kind, answered_at, self._chance.choice(texts))

    def _by_us(self, referral: Referral, kind: str, at: datetime, text: str = "") -> None:
        author = referral.request.author
        self._say(referral.request, referral, kind, at, text=text, author=author, actor=str(author))

    def _by_them(self, referral: Referral, kind: str, at: datetime, text: str = "", who: str = "") -> None:
        self._say(referral.request, referral, kind, at, text=text, actor=who or str(referral.contact))

    def _say(self, request: ServiceRequest, referral: Referral | None, kind: str, at: datetime, **said: object) -> None:
        self.thread.exchanges.append(
            Exchange(request=request, referral=referral, kind=kind, at=to_the_second(at), **said)
        )
