"""Structures in Django's admin, for superusers."""

from django.contrib import admin

from structures.models import Course, Structure


@admin.register(Structure)
class StructureAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    list_display = ("name", "id_fs", "kind", "label_state")
    list_filter = ("kind", "label_state")
    search_fields = ("plain_name", "id_fs")


admin.site.register(Course)
