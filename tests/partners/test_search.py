"""Three letters are enough: accents, capitals and the order of words do not matter."""

import pytest
from django.utils import timezone

from partners.actions import load_reference
from partners.models import Operator, Procedure
from partners.procedure_ranking import Entry, Fit, fit, only_one, rank
from partners.search import find_procedures, one_procedure, procedure_options
from tests.partners.factories import OperatorFactory, ProcedureFactory

HOUSING = Entry("housing", "Aides au logement (APL, ALS, ALF)", "APL|aide au loyer", "Allocations familiales")
FARMING = Entry("farming", "MSA : famille, logement, RSA", "APL MSA|régime agricole", "MSA")
CAR = Entry("car", "Carte grise : adresse, duplicata", "immatriculation", "France Titres")
VITALE = Entry("vitale", "Carte Vitale : demande", "carte verte", "Assurance Maladie")
ALL = [FARMING, HOUSING, CAR, VITALE]


def keys(typed: str) -> list[str]:
    return [entry.key for _, entry in rank(typed, ALL)]


def test_the_exact_synonym_comes_before_the_one_that_only_begins_so():
    assert keys("apl") == ["housing", "farming"]


@pytest.mark.parametrize("typed", ["carte gri", "gri carte", "CARTE GRI", "càrte grí", "  carte   gri "])
def test_accents_capitals_and_order_are_ignored(typed: str):
    assert keys(typed) == ["car"]


def test_each_word_must_begin_some_word():
    assert keys("arte gri") == []
    assert keys("carte zz") == []


def test_a_word_of_the_operator_counts_last():
    assert fit("carte maladie", VITALE) is Fit.ANYWHERE
    assert fit("vitale carte", VITALE) is Fit.IN_NAME


def test_nothing_typed_fits_nothing():
    assert rank("", ALL) == rank(" ’ ", ALL) == []


def test_one_is_meant_when_its_label_is_given_or_when_it_is_alone():
    assert only_one("Carte Vitale : demande", ALL) is VITALE
    assert only_one("carte vitale : demande (assurance maladie)", ALL) is VITALE
    assert only_one("vital", ALL) is VITALE
    assert only_one("apl", ALL) is HOUSING


def test_nobody_guesses_between_two():
    assert only_one("carte", ALL) is None
    assert only_one("log", ALL) is None
    assert only_one("rien de tel", ALL) is None


@pytest.fixture
def reference(db):
    load_reference(timezone.now())


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("apl", "CAF_AIDES_LOGEMENT"),
        ("carte gri", "FT_CARTE_GRISE"),
        ("rsa", "CAF_RSA"),
        ("nounou", "URSSAF_PAJEMPLOI"),
    ],
)
def test_the_reference_is_found_in_three_letters(reference, typed: str, code: str):
    assert find_procedures(typed, 1)[0].code == code


def test_finding_costs_two_queries(reference, django_assert_num_queries):
    with django_assert_num_queries(2):
        [(row.operator.name, row.alternative_operator) for row in find_procedures("l", 50)]
    with django_assert_num_queries(2):
        one_procedure("apl")
    with django_assert_num_queries(1):
        assert len(procedure_options()) == 79


def test_no_more_than_asked(reference):
    assert len(find_procedures("c", 3)) == 3


def test_every_label_offered_means_one_procedure(reference):
    for option in procedure_options():
        found = one_procedure(option.label)
        assert found is not None
        assert found.code == option.code


def test_a_name_that_two_operators_share_says_the_operator(db):
    for name in ("Caf", "MSA"):
        ProcedureFactory(name="Attestation", operator=OperatorFactory(code=name.upper(), name=name))
    assert {option.label for option in procedure_options()} == {"Attestation (Caf)", "Attestation (MSA)"}
    assert one_procedure("Attestation") is None
    found = one_procedure("Attestation (MSA)")
    assert found is not None
    assert found.operator.code == "MSA"


def test_what_is_out_of_service_is_not_found(reference):
    Procedure.objects.filter(code="CAF_RSA").update(is_active=False)
    Operator.objects.filter(code="URSSAF").update(is_active=False)
    assert "CAF_RSA" not in [row.code for row in find_procedures("rsa", 50)]
    assert find_procedures("nounou", 50) == []
    assert not {option.code for option in procedure_options()} & {"CAF_RSA", "URSSAF_PAJEMPLOI"}


@pytest.mark.parametrize("typed", ["", "   ", "%", "_", "'", "\x00", "a" * 5_000])
def test_odd_text_finds_nothing_and_breaks_nothing(reference, typed: str):
    assert find_procedures(typed, 8) == []
    assert one_procedure(typed) is None
