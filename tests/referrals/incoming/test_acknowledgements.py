"""Is « bien reçu, je regarde » told from an answer, and is no answer ever hidden?"""

import random
import time

import pytest

from referrals.incoming.acknowledgements import LONGEST, only_acknowledges

ACKNOWLEDGEMENTS = [
    "Bien reçu",
    "Bien reçu, je regarde.",
    "Bien reçu, merci !",
    "Bonjour,\n\nBien reçu, je regarde et reviens vers vous.",
    "Merci, je transmets à ma collègue.",
    "Je transmets au service concerné",
    "Accusé de réception",
    "J’accuse réception de votre demande.",
    "Nous accusons réception de votre message.",
    "Je regarde et reviens vers vous.",
    "Je regarde ça demain.",
    "Pris en compte",
    "C’est pris en compte, merci.",
    "C’est noté.",
    "Noté, merci",
    "Votre demande est bien prise en compte.",
    "Votre demande a bien été reçue, nous revenons vers vous dans les meilleurs délais.",
    "Bonjour, je m’en occupe.",
    "On s’en occupe.",
    "Je m'en charge dès demain, bonne journée",
    "BIEN REÇU. JE REGARDE.",
    "Bonjour\nj'ai bien reçu votre demande, je vous tiens au courant",
    "Je reviens vers vous rapidement.",
    "Je vous réponds dès que possible",
    "Bien reçu, je vérifie et vous tiens informée.",
    "Merci pour votre message, je vais regarder.",
    "Je prends en charge.",
    "Je fais suivre à mon collègue.",
    "Votre demande est en cours de traitement.",
    "Bien reçu la demande FS76-2611-7KQ2MX, je regarde.",
    "Merci je regarde",
    "Merci, bonne journée",
    "Je me renseigne et je vous rappelle cet après-midi.",
    "Je transmets à la personne en charge du dossier",
    "Reçu",
    "Bien reçu merci",
    "Je vous confirme la bonne réception de votre demande",
    "Bonjour Madame,\nJe prends connaissance de votre message et je reviens vers vous",
    "J’en prends note.",
    "Message bien reçu, je m’en occupe cet après-midi",
    "Je vais voir.",
    "Je vous tiens au courant dès que j’ai du nouveau",
    "Prise en charge",
    "J’ai transmis votre demande au service concerné.",
    "Je viens de transmettre à ma collègue",
    "Je l’ai transférée au service compétent",
    "Bonjour, je regarde cela tout de suite.",
]

ANSWERS = [
    "Oui.",
    "Non",
    "Ok",
    "D’accord.",
    "Le dossier est complet, le versement part jeudi.",
    "Bien reçu, le dossier est complet.",
    "Bien reçu, il manque le bail.",
    "Bien reçu. Pouvez-vous m’envoyer l’avis d’imposition ?",
    "Je regarde. Avez-vous son numéro d’allocataire ?",
    "Merci, je transmets à ma collègue Mme Durand au 02 61 91 00 12.",
    "Je transmets à la Carsat, c’est elle qui paie.",
    "Accusé de réception, dossier clos le 12 novembre.",
    "Pris en compte, les droits sont ouverts.",
    "C’est noté, le versement partira lundi.",
    "Je ne suis pas compétente, voyez la MSA.",
    "Ce n’est pas moi.",
    "Il manque un RIB.",
    "Voici l’attestation.",
    "Voir pièce jointe.",
    "La personne doit se présenter à l’accueil lundi à 9 h.",
    "Bien reçu, elle peut venir lundi.",
    "Le paiement est bloqué, je débloque.",
    "Je regarde : son dossier a été refusé.",
    "Elle a 350 € de droits.",
    "Dossier traité.",
    "C’est fait.",
    "Réglé",
    "Votre demande est refusée.",
    "Le changement d’adresse est pris en compte.",
    "Je m’en suis occupé, tout est à jour.",
    "Je la rappelle demain pour fixer un rendez-vous.",
    "Demande déjà traitée par le siège.",
    "Absente jusqu’au 30, voyez avec Luc.",
    "Pas de dossier à ce nom.",
    "Je reviens vers vous : rien n’est dû.",
    "Les droits seront versés le 5.",
    "Bonjour",
    "",
    "Nous avons reçu le dossier.",
    "Le dossier est en cours de traitement.",
    "Le dossier est pris en compte",
    "La demande est enregistrée",
    "Elle est bien prise en charge",
    "Le dossier est transmis à la commission",
    "Le délai est de deux mois.",
    "Transmis à la commission, réponse sous deux mois.",
    "J’ai bien reçu le tout.",
    "Tout bien reçu, merci",
    "J’ai transmis le dossier.",
    "Nous avons transmis le signalement hier",
    "Je viens de transmettre la situation à la commission",
]


@pytest.mark.parametrize("reply", ACKNOWLEDGEMENTS)
def test_a_reply_that_only_acknowledges_is_no_answer(reply: str) -> None:
    assert only_acknowledges(reply)


@pytest.mark.parametrize("reply", ANSWERS)
def test_whatever_says_more_is_an_answer(reply: str) -> None:
    assert not only_acknowledges(reply)


def test_an_acknowledgement_joined_to_an_answer_is_an_answer() -> None:
    for seed in range(400):
        chance = random.Random(seed)
        polite, useful = (
            chance.choice(ACKNOWLEDGEMENTS),
            chance.choice([a for a in ANSWERS if a.strip(". ") != "Bonjour" and a]),
        )
        joined = chance.choice(["\n", ". ", "\n\n", " – "]).join(chance.sample([polite, useful], 2))
        assert not only_acknowledges(joined), joined


def test_capitals_spaces_and_accents_change_nothing() -> None:
    for reply in ACKNOWLEDGEMENTS:
        assert only_acknowledges(f"  {reply.upper().replace(' ', '  ')}\r\n")
        assert only_acknowledges(reply.replace("’", "'").replace(" ", "\u00a0"))


def test_two_acknowledgements_are_one() -> None:
    for seed in range(200):
        first, second = random.Random(seed).sample(ACKNOWLEDGEMENTS, 2)
        if len(first) + len(second) < LONGEST:
            assert only_acknowledges(f"{first}\n{second}")


@pytest.mark.parametrize(
    "words",
    [
        "je " * 90,
        "merci " * 10_000,
        "je regarde " + "tout de suite " * 20 + "x",
        "je transmets au service " + "en charge du dossier " * 13 + "x",
        "merci " * 20 + "je regarde " + "tres vite " * 16,
    ],
)
def test_hostile_words_take_no_time(words: str) -> None:
    started = time.process_time()
    assert not only_acknowledges(words)
    assert time.process_time() - started < 0.2
