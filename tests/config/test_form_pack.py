"""Does a form drawn by our template pack say its hints and errors to those who cannot see them?"""

from django import forms
from django.template import Context, Template


class ContactForm(forms.Form):
    name = forms.CharField(label="Nom", help_text="Tel qu’il est affiché.")
    phone = forms.CharField(label="Téléphone", required=False)
    outcome = forms.ChoiceField(
        label="Issue",
        choices=[("solved", "Réglée ici"), ("referred", "Transmise")],
        widget=forms.RadioSelect(attrs={"class": "fr-radio-rich"}),
    )


def drawn(form: forms.Form) -> str:
    return Template("{% load crispy_forms_tags %}{% crispy form %}").render(Context({"form": form}))


def test_hint_and_error_carry_the_ids_that_the_field_names() -> None:
    html = drawn(ContactForm({}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html
    assert 'id="id_name_error"' in html
    assert 'aria-invalid="true"' in html


def test_the_summary_leads_to_each_field_radio_buttons_included() -> None:
    html = drawn(ContactForm({}))
    assert 'href="#id_name"' in html
    assert 'href="#id_outcome_0"' in html
    assert 'id="id_outcome_0"' in html


def test_a_form_without_error_has_no_summary() -> None:
    assert 'role="alert"' not in drawn(ContactForm())


def test_optional_fields_are_the_ones_marked() -> None:
    assert drawn(ContactForm()).count("(facultatif)") == 1


def test_what_was_typed_is_shown_again_as_text() -> None:
    assert "&lt;b&gt;" in drawn(ContactForm({"name": "<b>"}))
