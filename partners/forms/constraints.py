"""Would the database refuse this row, and how does it say so in French?"""

from django import forms
from django.core.exceptions import ValidationError
from django.db import models


def add_broken_constraints(form: forms.Form, row: models.Model) -> None:
    """Show on the form the message of each constraint that the row, not yet saved, would break."""
    try:
        row.validate_constraints()
    except ValidationError as error:
        for message in error.messages:
            form.add_error(None, message)
