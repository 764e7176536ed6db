"""The charter in Django's admin: a new version or one more observed criterion is data entry."""

from django.contrib import admin

from quality.models import CharterVersion, Criterion


class CriterionInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Criterion
    extra = 0


@admin.register(CharterVersion)
class CharterVersionAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "starts_on")
    inlines = (CriterionInline,)
