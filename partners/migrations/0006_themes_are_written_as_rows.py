"""Write each theme once, and tie to it the démarches, their history and what was last loaded of them."""

import unicodedata

from django.db import migrations

KNOWN = {
    "Famille et aides sociales": "FAMILLE",
    "Santé": "SANTE",
    "Retraite": "RETRAITE",
    "Emploi et formation": "EMPLOI",
    "Logement": "LOGEMENT",
    "Impôts": "IMPOTS",
    "Papiers et titres": "PAPIERS",
    "Énergie": "ENERGIE",
    "Justice": "JUSTICE",
    "Indépendants et employeurs": "INDEPENDANTS",
    "Courrier": "COURRIER",
}


def code_for(name, taken):
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    stem = KNOWN.get(name) or "_".join("".join(c if c.isalnum() else " " for c in ascii_name).split())[:36] or "THEME"
    return next(code for code in (stem, *(f"{stem}_{n}" for n in range(2, len(taken) + 3))) if code not in taken)


def write_rows(apps, schema_editor):
    Theme = apps.get_model("partners", "Theme")
    Procedure = apps.get_model("partners", "Procedure")
    HistoricalProcedure = apps.get_model("partners", "HistoricalProcedure")
    Operator = apps.get_model("partners", "Operator")
    names = set()
    for model in (Procedure, HistoricalProcedure):
        names |= set(model.objects.exclude(theme="").order_by().values_list("theme", flat=True).distinct())
    names |= {str(loaded.get("theme") or "") for loaded in Procedure.objects.values_list("loaded_values", flat=True)}
    rows = {}
    order = [*KNOWN, *sorted(names - set(KNOWN))]
    for position, name in enumerate((name for name in order if name in names and name), start=1):
        code = code_for(name, {row.code for row in rows.values()})
        # As the file says it: the next load then finds nothing changed by hand.
        loaded = {"name": name, "position": position} if name in KNOWN else {}
        rows[name] = Theme.objects.create(code=code, name=name, position=position, loaded_values=loaded)
    for name, row in rows.items():
        for model in (Procedure, HistoricalProcedure):
            model.objects.filter(theme=name).update(theme_row=row)
    for procedure in Procedure.objects.exclude(loaded_values={}).only("pk", "loaded_values"):
        loaded = procedure.loaded_values
        theme = rows.get(str(loaded.get("theme") or ""))
        # Nobody could edit a column that the file did not have: its first value is taken.
        Procedure.objects.filter(pk=procedure.pk).update(
            loaded_values={**loaded, "theme": theme.code if theme else "", "ends_at": loaded.get("ends_at", "")}
        )
    for operator in Operator.objects.exclude(loaded_values={}).only("pk", "loaded_values"):
        loaded = {"synonyms": "", **operator.loaded_values}
        Operator.objects.filter(pk=operator.pk).update(loaded_values=loaded)


def write_text(apps, schema_editor):
    """Back: the text says the name of the row again, and the file its wording."""
    Theme = apps.get_model("partners", "Theme")
    names = dict(Theme.objects.values_list("code", "name"))
    for theme in Theme.objects.all():
        for model in (apps.get_model("partners", "Procedure"), apps.get_model("partners", "HistoricalProcedure")):
            model.objects.filter(theme_row=theme).update(theme=theme.name, theme_row=None)
    Procedure = apps.get_model("partners", "Procedure")
    for procedure in Procedure.objects.exclude(loaded_values={}).only("pk", "loaded_values"):
        loaded = procedure.loaded_values
        theme = names.get(loaded.get("theme", ""), "")
        Procedure.objects.filter(pk=procedure.pk).update(loaded_values={**loaded, "theme": theme})
    Theme.objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_themes_become_rows")]

    operations = [migrations.RunPython(write_rows, write_text)]
