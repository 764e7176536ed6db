"""Does this reply only say that the request was received, or is looked at? Then it is not an answer yet; pure.

Every clause must be one of those known to say nothing useful: whatever else stands in the reply makes it an answer,
since an answer hidden harms the resident more than an acknowledgement taken for one.
"""

import re
import unicodedata

LONGEST = 300
"""Characters: whoever writes more says more."""

_WE = r"(?:je|j|nous|on)"
_MAIL = r"(?:demande|message|mail|courriel|e mail|mel|sollicitation|transmission)s?"
# « Nous avons reçu le dossier » may be what was asked: there only our own message is spoken of.
_MESSAGE = rf"(?:(?:de )?(?:votre|vos|la|cette|ce|ta|le) {_MAIL})"
_REQUEST = rf"(?:(?:votre|vos|la|cette|ce|ta|le|un) (?:{_MAIL}|dossier|saisine|signalement|situation))"
_ABOUT = rf"(?: (?:{_REQUEST}|cela|ca|tout|le tout))?"
# Nor « reçu le tout »: it may be the papers that were asked for.
_ABOUT_MESSAGE = rf"(?: (?:{_MESSAGE}|cela|ca))?"
# One way to read each word in what may be repeated (« tout », then « de suite »): words that could be read in several
# ways would be tried in all of them.
_WHEN = (
    r"(?: (?:bien|deja|tout|de suite|des que possible|au plus vite|rapidement|tres|vite|prochainement"
    r"|bientot|aujourd hui|(?:des )?demain|ce jour|cet apres midi|ce matin|cette semaine"
    r"|dans la (?:journee|semaine)"
    r"|sous peu|sous (?:24|48|72) ?h(?:eures)?|d ici (?:demain|la fin de la semaine|peu)"
    r"|avant (?:demain|ce soir|la fin de la semaine)"
    r"|(?:des |avant |d ici )?(?:lundi|mardi|mercredi|jeudi|vendredi)(?: prochain| matin| apres midi)?"
    r"|des que j ai (?:du nouveau|une reponse|un retour|des nouvelles|plus d elements|l information)"
    r"|des reception|asap|en suivant|dans les meilleurs delais|dans les plus brefs delais|a vous lire))*"
)
_YOU = r"(?:vous|te)"
_WHO = (
    r"(?:a |aux? |vers |pour )?(?:(?:la|ma|mon|mes|le|les|l|une?|notre|nos|leur) ?)?"
    r"(?:collegues?|service|services|equipe|responsable|gestionnaire|personne|interlocuteur|agent|pole|bureau"
    r"|referente?|techniciens?|technicienne)"
    r"(?: (?:concernee?s?|competente?s?|gestionnaire|instructeur|en charge|chargee?|instruction|qui suit"
    r"|(?:du|de ce) dossier|dediee?|idoine))*"
)

_COURTESY = (
    r"(?:(?:bonjour|bonsoir)(?: madame| monsieur| a tous| a toutes| a vous)?|salut"
    r"|merci(?: (?:beaucoup|bien|a vous))?|merci (?:pour|de) (?:votre|vos|ce|ton) "
    r"(?:message|mail|courriel|retour|demande|sollicitation|envoi)s?|madame|monsieur|mesdames|messieurs"
    r"|cher collegue|chere collegue|chers collegues|(?:tres )?bonne (?:journee|soiree|fin de journee|semaine|reception)"
    r"|cordialement|bien cordialement|bien a vous|cdt|cdlt|a bientot|a vous)"
)
_RECEIVED = (
    rf"(?:(?:{_WE} (?:l )?(?:ai|avons|a) |ai )?(?:bien |ete )?(?:recu|receptionne)e?s?(?: bien)?{_ABOUT_MESSAGE}"
    rf"|{_MAIL} (?:bien )?recue?s?"
    rf"|(?:votre|vos) {_MAIL} (?:est |sont |a ete |ont ete |a bien ete |est bien )(?:bien )?"
    r"(?:recue?s?|arrivee?s?|prise?s? en compte|prise?s? en charge|enregistree?s?"
    r"|en cours(?: de traitement| d examen)?)"
    rf"|(?:{_WE} )?(?:vous )?(?:accuse|accusons)(?: bien)? (?:de )?(?:bonne )?reception{_ABOUT_MESSAGE}"
    rf"|{_WE} (?:vous )?(?:confirme|confirmons) (?:la )?(?:bonne )?reception{_ABOUT_MESSAGE}"
    rf"|(?:un )?accuse de (?:bonne )?reception{_ABOUT_MESSAGE}|bonne reception{_ABOUT_MESSAGE}|ar"
    rf"|{_WE} en (?:prends?|prenons) (?:bonne )?note"
    r"|(?:c est |bien |tout est )?(?:note|pris en compte|prise en compte|prise en charge|vu)(?: pour (?:moi|nous))?)"
)
_LOOK = (
    rf"(?:{_WE} (?:(?:vais|allons|va) )?(?:m en |nous en |s en |en |la |le |l |y )?(?:vais |allons )?"
    rf"(?:bien )?(?:regarde[rs]?|regardons|verifie[rs]?|verifions|occupe[rs]?|occupons|charge[rs]?|chargeons"
    rf"|etudie[rs]?|etudions|examine[rs]?|examinons|traite[rs]?|traitons|(?:prends?|prenons) en (?:charge|compte)"
    rf"|fais (?:le point|le necessaire|un point)|consulte[rs]?|voi[rs]|me renseigne|nous renseignons|creuse)"
    rf"{_ABOUT}{_WHEN}"
    rf"|{_WE} (?:m en|nous en) (?:occupe|occupons|charge|chargeons){_WHEN}"
    rf"|{_WE} me (?:renseigne|penche dessus){_WHEN}|{_WE} prends? connaissance(?: de)?{_ABOUT}{_WHEN})"
)
_LATER = (
    rf"(?:(?:{_WE} |et )?(?:(?:vais |allons )?(?:{_YOU} )?(?:reviens|revenons|revenir|reviendrai|reviendrons)"
    rf"(?: vers {_YOU})?|{_YOU} (?:tiens|tenons|tiendrai|tiendrons) (?:au courant|informee?s?)"
    rf"|(?:je |nous )?{_YOU} (?:reponds|repondons|repondrai|repondrons|recontacte|recontacterai|rappelle|rappellerai"
    rf"|ecris|ecrirai|fais un retour|ferai un retour|donne des nouvelles)){_WHEN}"
    r"|(?:(?:une )?reponse|retour)(?: vous (?:sera|est) (?:apportee|faite|faite))? (?:suit|a suivre|a venir)"
    rf"|(?:nous|on) ne manquerons? pas de revenir vers {_YOU}{_WHEN})"
)
_THEM = r"(?:(?:la|le|l|les|vous|en) )?"
_PASS = (
    rf"(?:{_WE} (?:(?:vais|allons) )?{_THEM}"
    rf"(?:transmets?|transmettre|transmettons|transfere[rs]?|transferons"
    rf"|(?:fais|faisons|faire) suivre|relaie|relayer){_ABOUT}(?: {_WHO})?{_WHEN}"
    # « J’ai transmis le dossier » may be what was asked.
    rf"|{_WE} {_THEM}(?:ai|avons|a|viens de|venons de) {_THEM}"
    rf"(?:transmise?|transmettre|transferee?|transferer|(?:fait|faire) suivre|relayee?|relayer)"
    rf"{_ABOUT_MESSAGE}(?: {_WHO})?{_WHEN}"
    rf"|(?:(?:votre|vos) {_MAIL} (?:est |a ete ))?(?:transmise?|transferee?)(?: {_WHO})?{_WHEN})"
)
_SAYS_IT = re.compile(rf"(?:{_RECEIVED}|{_LOOK}|{_LATER}|{_PASS})")
_POSTSCRIPT = re.compile(r"^\s*(?:p\.?\s?s\.?|nb|n\.b\.)\s*[:–-]", re.IGNORECASE | re.MULTILINE)
_SAYS_NOTHING = re.compile(_COURTESY)
_BETWEEN = re.compile(r"[\n.;:,!()–—]+|\s-+\s|\bet\b|\bpuis\b")
_REFERENCE = re.compile(r"\bfs\d{2,3}-?\d{4}-?[0-9a-z]{4,8}\b|\bref(?:erence)?\b")


def has_postscript(text: str) -> bool:
    """Whether a whole mail says something after its signature, which its new words leave out."""
    return _POSTSCRIPT.search(text) is not None


def only_acknowledges(reply: str) -> bool:
    """Whether these new words of a reply say no more than « bien reçu », « je regarde », « je transmets »."""
    if len(reply) > LONGEST or "?" in reply:
        return False
    clauses = [clause for clause in (_plain(part) for part in _BETWEEN.split(_folded(reply))) if clause]
    said = [clause for clause in clauses if not _SAYS_NOTHING.fullmatch(clause)]
    if not said:
        return any(clause.startswith("merci") for clause in clauses)
    return all(_is_known(clause) for clause in said)


def _is_known(clause: str) -> bool:
    """As it stands, or beside the courtesy that no comma parts from it: « merci je regarde », « bien reçu merci »."""
    words = clause.split()
    cuts = [(words[:cut], words[cut:]) for cut in range(1, len(words))]
    beside = [*cuts, *((end, start) for start, end in cuts)]
    return _SAYS_IT.fullmatch(clause) is not None or any(
        _SAYS_NOTHING.fullmatch(" ".join(polite)) and _SAYS_IT.fullmatch(" ".join(rest)) for polite, rest in beside
    )


def _folded(text: str) -> str:
    """Small letters without accents; our own references, which she may quote, left out."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return _REFERENCE.sub(" ", "".join(letter for letter in bare if not unicodedata.combining(letter)))


def _plain(clause: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9/€%]+", " ", clause).split())
