"""Is a social-security number found however it is typed, and nothing else taken for one?"""

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.sensitive import CARD_REFUSED, NIR_REFUSED, PASSWORD_REFUSED, holds_card, holds_nir, masked, refusal


def key_of(body: str) -> str:
    """The key as Insee defines it, written a second time: 97 minus the remainder, Corsica counted as 19 and 18."""
    number = int(body.replace("2A", "19").replace("2B", "18"))
    return f"{97 - number % 97:02d}"


@pytest.mark.parametrize(
    "text",
    [
        "184127645108946",
        "1 84 12 76 451 089 46",
        "1.84.12.76.451.089.46",
        "1-84-12-76-451-089-46",
        "1\u00a084\u00a012\u00a076\u00a0451\u00a0089\u00a046",
        "1\u202f84\u202f12\u202f76\u202f451\u202f089\u202f46",
        "184127645108946.",
        "son numéro (184127645108946) est refusé",
        "NIR:1 84 12 76 451 089 46, à rappeler",
        "ligne un\n1841276451089 46\nligne trois",
    ],
)
def test_a_number_with_its_key_is_found_however_it_is_typed(text: str) -> None:
    assert key_of("1841276451089") == "46"
    assert holds_nir(text)


@pytest.mark.parametrize("body", ["184122A451089", "284052B123456"])
def test_corsican_numbers_are_found(body: str) -> None:
    assert holds_nir(body + key_of(body))
    assert holds_nir((body + key_of(body)).lower())
    spaced = f"{body[0]} {body[1:3]} {body[3:5]} {body[5:7]} {body[7:10]} {body[10:]} {key_of(body)}"
    assert holds_nir(spaced)


@pytest.mark.parametrize(
    "text",
    [
        "NIR184127645108946",
        "SS184127645108946",
        "184127645108946x",
        "n°184127645108946bis",
        "1  84  12  76  451  089  46",
        "1 84 12 76\r\n451 089 46",
        "1 84 12 76\r\n\r451 089 46",
        "1 84 - 12 - 76 - 451 - 089 - 46",
        "1,84,12,76,451,089,46",
        "1:84:12:76:451:089:46",
        "1–84–12–76–451–089–46",
        "1\u201184\u201112\u201176\u2011451\u2011089\u201146",
        "1’84’12’76’451’089’46",
        "1'84'12'76'451'089'46",
        "1|84|12|76|451|089|46",
        "1_84_12_76_451_089_46",
        "（１８４１２７６４５１０８９４６）",
        "١٨٤١٢٧٦٤٥١٠٨٩٤٦",
        "१८४१२७६४५१०८९४६",
        "1841\u200b27645\u200d10\u2060894\ufeff6",
        "18412\u00ad764510\u00ad8946",
        "1\u03318\u03314\u0331127645108946",
        "¹841276451089⁴⁶",
        "12 1 84 12 76 451 089 46",
        "1 84 12 76 451 089 46 12/05/2024",
        "02 61 91 00 20 1 84 12 76 451 089 46",
        "1  84  12  76  451  089",
        "1 84 12 76 451 089 clé 46",
        "NIR1 84 12 76 451 089",
        "1 - 84 - 12 - 2A - 451 - 089",
    ],
)
def test_no_spelling_is_a_way_round(text: str) -> None:
    assert holds_nir(text)


def test_thirteen_characters_without_the_key_are_found_too() -> None:
    assert holds_nir("1841276451089")
    assert holds_nir("1 84 12 76 451 089")
    assert holds_nir("1 84 12 2A 451 089")


def test_a_wrong_key_is_another_number() -> None:
    assert not holds_nir("184127645108947")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "02 61 91 00 20",
        "0261910020",
        "+33 2 61 91 00 20",
        "0033261910020",
        "02 61 91 00 20 ou 02 61 91 00 21",
        "24/11/2026",
        "24 11 2026 à 14 h 05",
        "2026-11-24T14:05:00",
        "FR76 3000 6000 0112 3456 7890 189",
        "FR7630006000011234567890189",
        "3000600001123456789018",
        "FS76-2611-7KQ2MX",
        "SIRET 213 502 388 00019",
        "200 023 414",
        "dossier 2026112412345678",
        "carte 4970 1012 3456 7890",
        "n° allocataire 1234567",
        "76000 Rouen, 12 rue Jeanne d’Arc",
        "+33 2 35 19 45 67, +33 2 35 19 45 68",
        "+33 2 35 19 45 67 +33 2 35 19 45 68",
        "0235194567 0235194568",
        "02.35.19.45.67 - 02.35.19.45.68",
        "02 35 19 45 67\n02 35 19 45 68",
        "FR76 3000 6000 0112 3456 7890 189 puis 02 61 91 00 20",
        "12/05/1985 14:05:33 24/11/2026",
        "SIRET 213 502 388 00019, SIREN 213 502 388",
        "1732450000000123456",
        "184127645108946" + "0",
        "9" + "184127645108946",
    ],
)
def test_ordinary_numbers_are_left_alone(text: str) -> None:
    assert not holds_nir(text)


def test_the_reason_names_the_text_of_law() -> None:
    assert "2019-341" in NIR_REFUSED


DIGITS = st.integers
BODY = st.builds(
    lambda sex, year, month, dept, commune, order: f"{sex}{year:02d}{month:02d}{dept}{commune:03d}{order:03d}",
    st.sampled_from("12"),
    DIGITS(0, 99),
    DIGITS(1, 12),
    st.one_of(DIGITS(1, 95).map("{:02d}".format), st.sampled_from(["2A", "2B"])),
    DIGITS(1, 990),
    DIGITS(1, 999),
)
SEPARATORS = st.lists(st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f"]), min_size=15, max_size=15)


@given(
    body=BODY,
    separators=SEPARATORS,
    before=st.sampled_from(["", "voir ", "n°", "("]),
    after=st.sampled_from(["", ".", " merci"]),
)
def test_every_valid_number_is_found_under_every_spelling(
    body: str, separators: list[str], before: str, after: str
) -> None:
    whole = body + key_of(body)
    spelled = "".join(character + separator for character, separator in zip(whole, separators, strict=True))
    assert holds_nir(before + spelled.rstrip(" .-\u00a0\u202f") + after)


LOOSE = st.text(alphabet=" \t\n\r.,:;-–—\u2011_/|'’·\u00a0\u202f\u200b\u00ad()", max_size=3)
FIGURES = st.sampled_from(["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "০১২৩৪৫৬৭৮৯"])


@given(
    body=BODY,
    separators=st.lists(LOOSE, min_size=14, max_size=14),
    figures=FIGURES,
    around=st.tuples(st.sampled_from(["", "NIR", "x ", "tél. "]), st.sampled_from(["", "x", " merci", "\n02"])),
)
def test_up_to_three_signs_between_figures_of_any_script_hide_nothing(
    body: str, separators: list[str], figures: str, around: tuple[str, str]
) -> None:
    whole = (body + key_of(body)).translate({ord(str(n)): figure for n, figure in enumerate(figures)})
    spelled = "".join(c + s for c, s in zip(whole, [*separators, ""], strict=True))
    assert holds_nir(around[0] + spelled + around[1])


PHONES = st.builds(
    lambda spelling, numbers: spelling.format(*numbers),
    st.sampled_from(
        [
            "0{} {} {} {} {}",
            "0{}.{}.{}.{}.{}",
            "0{}{}{}{}{}",
            "0{}-{}-{}-{}-{}",
            "+33 {} {} {} {} {}",
            "+33{}{}{}{}{}",
            "+33 (0){} {} {} {} {}",
        ]
    ),
    st.tuples(DIGITS(1, 9), *[DIGITS(0, 99).map("{:02d}".format)] * 4),
)
DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31)).map(lambda day: day.strftime("%d/%m/%Y"))
REFERENCES = st.text(alphabet="23456789ABCDEFGHJKLMNPQRSTUVWXYZ", min_size=6, max_size=6).map("FS76-2611-{}".format)


def iban_of(account: str) -> str:
    """A French IBAN in groups of four, its key computed as the norm says (F is 15, R is 27)."""
    key = 98 - int(f"{account}152700") % 97
    whole = f"FR{key:02d}{account}"
    return " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


@given(st.lists(PHONES, min_size=1, max_size=3), st.sampled_from([" ", "\n", ", ", " / ", " ou ", " - "]))
def test_phone_numbers_side_by_side_are_left_alone(phones: list[str], between: str) -> None:
    assert not holds_nir(between.join(phones))


@given(st.lists(st.one_of(DAYS, REFERENCES), min_size=1, max_size=4))
def test_days_and_references_are_left_alone(words: list[str]) -> None:
    assert not holds_nir(" ".join(words))


@given(st.text(alphabet="0123456789", min_size=23, max_size=23).map(iban_of), st.booleans())
def test_the_number_of_a_bank_account_is_left_alone(iban: str, glued: bool) -> None:
    assert not holds_nir(f"compte {iban.replace(' ', '') if glued else iban} de Mme")


@pytest.mark.parametrize(
    "pattern",
    ["1", "1 ", "1   ", "184127645108 ", "é", "\u0301\u0323", "ﷺ", "FR76 ", "\u200b", "1\u200b", "1 84 12 2A "],
)
def test_a_very_long_text_is_read_quickly(pattern: str) -> None:
    text = pattern * (1_000_000 // len(pattern))
    started = time.process_time()
    holds_nir(text)
    assert time.process_time() - started < 5


@given(body=BODY, shift=DIGITS(1, 96))
def test_no_number_is_found_under_a_wrong_key(body: str, shift: int) -> None:
    wrong = (int(key_of(body)) - 1 + shift) % 97 + 1
    assert not holds_nir(f"{body}{wrong:02d}")


@given(st.text(alphabet="0123456789 .-", max_size=12))
def test_twelve_characters_never_hold_one(text: str) -> None:
    assert not holds_nir(text)


@given(st.text())
def test_no_text_breaks_the_search(text: str) -> None:
    assert holds_nir(text) in (True, False)


def luhn_key(body: str) -> str:
    """The last figure as ISO/IEC 7812 defines it, written a second time."""
    total = 0
    for place, figure in enumerate(reversed(body)):
        value = int(figure) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def carded(beginning: str, length: int) -> st.SearchStrategy[str]:
    """Numbers of cards that begin so, with their key."""
    rest = length - 1 - len(beginning)
    bodies = st.text(alphabet="0123456789", min_size=rest, max_size=rest).map(beginning.__add__)
    return bodies.map(lambda body: body + luhn_key(body))


CARDS = st.one_of(
    carded("4", 16),
    carded("4", 13),
    carded("4", 19),
    carded("51", 16),
    carded("2221", 16),
    carded("37", 15),
    carded("3530", 16),
    carded("5018", 16),
    carded("6304", 18),
    carded("6011", 16),
)


def in_groups(number: str, sign: str) -> str:
    """As embossed: 4-6-5 for fifteen figures, by four else."""
    if len(number) == 15:
        return sign.join((number[:4], number[4:10], number[10:]))
    return sign.join(number[at : at + 4] for at in range(0, len(number), 4))


@settings(max_examples=1000)
@given(
    number=CARDS,
    sign=st.sampled_from(["", " ", "-", ".", "\u00a0", "\u202f", " - "]),
    around=st.sampled_from([("", ""), ("carte ", ", merci"), ("(", ")"), ("CB", " 12/27"), ("n°", ".")]),
)
def test_every_bank_card_is_refused_under_every_spelling(number: str, sign: str, around: tuple[str, str]) -> None:
    text = around[0] + (in_groups(number, sign) if len(number) in (15, 16, 19) else number) + around[1]
    assert refusal(text) in (CARD_REFUSED, NIR_REFUSED)
    hidden, was_masked = masked(text)
    assert was_masked
    assert number[:12] not in "".join(filter(str.isdigit, hidden))
    assert refusal(hidden) is None


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1111",
        "41 11 11 11 11 11 11 11",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "５５５５５５５５５５５５４４４４",
        "3782 822463 10005",
        "3056 930902 5904",
        "carte 5555_5555_5555_4444 exp 12/27 737",
    ],
)
def test_cards_known_for_tests_are_refused(text: str) -> None:
    assert refusal(text) is not None
    assert refusal(masked(text)[0]) is None


SIRETS = st.text(alphabet="0123456789", min_size=13, max_size=13).map(lambda body: body + luhn_key(body))
FOREIGN = [
    "DE89 3704 0044 0532 0130 00",
    "BE68 5390 0754 7034",
    "ES91 2100 0418 4502 0005 1332",
    "LU280019400644750000",
]
ORDINARY = st.one_of(
    PHONES,
    DAYS,
    REFERENCES,
    st.text(alphabet="0123456789", min_size=23, max_size=23).map(iban_of),
    st.text(alphabet="0123456789", min_size=23, max_size=23).map(iban_of).map(lambda iban: iban.replace(" ", "")),
    st.sampled_from(FOREIGN),
    SIRETS,
    SIRETS.map(lambda siret: f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"),
    st.integers(1_000_000, 9_999_999).map("allocataire {}".format),
)


@settings(max_examples=3000)
@given(ORDINARY)
def test_numbers_of_every_day_are_never_a_card(text: str) -> None:
    assert not holds_card(text)
    assert not holds_card(f"voir {text}, merci")


@settings(max_examples=1000)
@given(st.integers(0, 3), st.integers(0, 10**12 - 1))
def test_a_tax_number_is_never_a_card(first: int, rest: int) -> None:
    assert not holds_card(f"numéro fiscal {first}{rest:012d}")
    grouped = f"{first}{rest:012d}"
    assert not holds_card(f"{grouped[:2]} {grouped[2:4]} {grouped[4:7]} {grouped[7:10]} {grouped[10:]}")


@settings(max_examples=1000)
@given(st.lists(PHONES, min_size=2, max_size=4), st.sampled_from([" ", "\n", ", ", " / ", " ou ", " - "]))
def test_phone_numbers_side_by_side_are_never_a_card(phones: list[str], between: str) -> None:
    assert not holds_card(between.join(phones))


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mot de passe : Soleil76!", "mot de passe : [mot de passe masqué]"),
        ("Mot de passe\u00a0: soleil merci", "Mot de passe\u00a0: [mot de passe masqué] merci"),
        ("mdp: tournesol", "mdp: [mot de passe masqué]"),
        ("MDP=tournesol", "MDP=[mot de passe masqué]"),
        ("password=hunter2 ok", "password=[mot de passe masqué] ok"),
        ("son mot de passe est Fleur1234", "son mot de passe est [mot de passe masqué]"),
        ("mdp Fleur1234", "mdp [mot de passe masqué]"),
        ("mot de passe : « tournesol »", "mot de passe : « [mot de passe masqué] »"),
    ],
)
def test_a_password_is_refused_and_masked(text: str, hidden: str) -> None:
    assert refusal(text) == PASSWORD_REFUSED
    assert masked(text) == (hidden, True)
    assert refusal(hidden) is None


@pytest.mark.parametrize(
    "text",
    [
        "mot de passe oublié",
        "mot de passe : oublié",
        "Mot de passe : la personne ne le retrouve pas",
        "mot de passe : l’usager l’a perdu",
        "problème de mot de passe, à rappeler mardi",
        "son mot de passe est refusé",
        "mdp à refaire au 02 61 91 00 20",
        "mot de passe FS76-2611-7KQ2MX",
        "le code est 76",
    ],
)
def test_speaking_of_a_password_is_allowed(text: str) -> None:
    assert refusal(text) is None
    assert masked(text) == (text, False)


@given(body=BODY, separators=SEPARATORS, before=st.sampled_from(["", "é ", "n°", "\u200b("]))
def test_a_social_security_number_is_masked_where_it_stands(body: str, separators: list[str], before: str) -> None:
    whole = body + key_of(body)
    spelled = "".join(character + separator for character, separator in zip(whole, separators, strict=True))
    hidden, was_masked = masked(before + spelled.rstrip(" .-\u00a0\u202f") + "\nà rappeler")
    assert was_masked
    assert hidden.endswith("\nà rappeler")
    assert refusal(hidden) is None


@given(st.text())
def test_what_is_masked_holds_nothing_forbidden_and_ordinary_text_stays_as_it_is(text: str) -> None:
    hidden, was_masked = masked(text)
    assert refusal(hidden) is None
    assert was_masked or hidden == text


@pytest.mark.parametrize(
    "pattern",
    [
        "4",
        "4 ",
        "4111 ",
        "4111111111111111 ",
        "mdp ",
        "mdp: x ",
        "DE89 3704 ",
        "aa11 ",
        "\u200b",
        "1 84 12 76 451 089 46 ",
    ],
)
def test_a_very_long_text_is_masked_quickly(pattern: str) -> None:
    started = time.process_time()
    masked(pattern * (300_000 // len(pattern)))
    assert time.process_time() - started < 5
