"""Which lists does the partner office keep, and what does the page of each say?"""

from dataclasses import dataclass

from partners.models import Blocker, ClosedListRow, Theme


@dataclass(frozen=True, slots=True)
class ClosedList:
    """Texts are sentences to show. The last four are the names of its addresses; `tab`: where its page is found."""

    model: type[ClosedListRow]
    noun: str
    title: str
    lead: str
    name_help: str
    name_taken: str
    before_renaming: str
    once_retired: str
    nothing_yet: str
    object_of_history: str
    tab: str
    page: str
    rename: str
    move: str
    set_active: str
    of_procedures: bool = False
    """Its page hangs from that of démarches, and says how many each row holds."""


THEMES = ClosedList(
    model=Theme,
    noun="thème",
    title="Thèmes",
    lead=(
        "De quoi parle une démarche, avec les mots du public. Le thème d’une démarche se choisit sur sa page. "
        "Rien ne s’efface\u00a0: un thème retiré reste sur les démarches qui le portent."
    ),
    name_help="Avec les mots du public\u00a0: «\u00a0Logement\u00a0», «\u00a0Retraite\u00a0».",
    name_taken="Un thème porte déjà ce nom. S’il est retiré, remettez-le dans la liste.",
    before_renaming="Ses démarches restent rangées sous lui.",
    once_retired="Les démarches qui le portent le gardent.",
    nothing_yet="Ajoutez-en un, ou remettez-en un dans la liste\u00a0: les démarches pourront être rangées par thème.",
    object_of_history="theme",
    tab="procedures",
    page="partners:themes",
    rename="partners:theme_rename",
    move="partners:theme_move",
    set_active="partners:theme_set_active",
    of_procedures=True,
)
BLOCKERS = ClosedList(
    model=Blocker,
    noun="blocage",
    title="Ce qui bloque",
    lead=(
        "La liste fermée du guichet, dans l’ordre où elle est proposée. "
        "Rien ne s’efface\u00a0: un intitulé retiré reste là où il a servi."
    ),
    name_help="Ce qui bloque, sans nom ni situation\u00a0: «\u00a0Document non reçu\u00a0».",
    name_taken="Un blocage porte déjà ce nom. S’il est retiré, remettez-le dans la liste.",
    before_renaming=(
        "Les demandes, les règles et les fiches qui le portent prendront le nouveau nom\u00a0: gardez-lui le même sens."
    ),
    once_retired="Les demandes qui le portent le gardent.",
    nothing_yet="Ajoutez-en un, ou remettez-en un dans la liste.",
    object_of_history="blocage",
    tab="blockers",
    page="partners:blockers",
    rename="partners:blocker_rename",
    move="partners:blocker_move",
    set_active="partners:blocker_set_active",
)
