"""What may nobody type in any form? Every form of the application is one of these."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts.sensitive import refusal


class RowsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Rows to tick; a number too long for the database is refused like any other that is not proposed."""

    def clean(self, value: Any) -> Any:
        try:
            return super().clean(value)
        except OverflowError:
            longest = max(map(str, value), key=len)
            raise ValidationError(
                self.error_messages["invalid_choice"], code="invalid_choice", params={"value": f"{longest[:20]}…"}
            ) from None


class CarefulForm(forms.Form):
    """Refuses in any field what may be typed nowhere, says why, and keeps everything that was typed."""

    def _clean_fields(self) -> None:
        super()._clean_fields()  # type: ignore[misc]
        for name in self.fields:
            typed = self.data.get(self.add_prefix(name)) if hasattr(self.data, "get") else None
            if isinstance(typed, str) and (why := refusal(typed)):
                self.add_error(name, ValidationError(why, code="sensitive"))

    def is_unchanged_from(self, values: dict[str, Any]) -> bool:
        return all(self.cleaned_data.get(name) == value for name, value in values.items())
