"""What is left of the name of a file, once nothing in it can lead elsewhere or lie about what the file is?"""

import unicodedata

_ENDINGS = {"pdf": "pdf", "jpeg": "jpg", "png": "png"}
_KNOWN_ENDINGS = (".pdf", ".jpg", ".jpeg", ".jpe", ".jfif", ".png")
_LONGEST = 80
_NOT_IN_A_NAME = '<>:"|?*%'
_WITHOUT_NAME = "piece"


def clean_name(name: str, kind: str) -> str:
    """The last part of a path, in one line of plain characters, with the ending of what the file really is."""
    stem = _plain(name)
    lowered = stem.lower()
    for ending in _KNOWN_ENDINGS:
        if lowered.endswith(ending):
            stem = stem[: -len(ending)]
            break
    return f"{stem[:_LONGEST].strip(' .-') or _WITHOUT_NAME}.{_ENDINGS[kind]}"


def shown_name(name: str) -> str:
    """The name as its sender gave it, fit to be read back to her."""
    return _plain(name)[:_LONGEST] or "sans nom"


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rpartition("/")[2]
    return " ".join("".join(map(_kept, unicodedata.normalize("NFC", last))).split())


def _kept(character: str) -> str:
    """Letters, figures, signs; a blank for any space; nothing for controls, and marks that turn the reading round."""
    category = unicodedata.category(character)
    if category.startswith("Z") or character in "\t\r\n":
        return " "
    return "" if category.startswith("C") or character in _NOT_IN_A_NAME else character
