"""Identities written in clear are sealed, and marked so that they are found again."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from accounts.sealing import mark, seal
from referrals.marking import words_of

_FIELDS = ("name", "reach", "file_number")


def seal_identities(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Row by row, in plain SQL: the model would open what is not sealed yet. Begun again, it goes on where it stopped,
    since a row is done with its marks."""
    identity_mark = apps.get_model("referrals", "IdentityMark")
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, name, reach, file_number FROM referrals_identity "
            "WHERE name NOT LIKE 'gAAAA%%' AND reach NOT LIKE 'gAAAA%%' AND file_number NOT LIKE 'gAAAA%%'"
        )
        rows = cursor.fetchall()
        for pk, name, reach, file_number in rows:
            cursor.execute(
                "UPDATE referrals_identity SET name = %s, reach = %s, file_number = %s WHERE id = %s",
                [seal(name), seal(reach), seal(file_number), pk],
            )
            identity_mark.objects.bulk_create(
                [
                    identity_mark(identity_id=pk, kind=kind, digest=mark(word))
                    for kind, word in sorted(words_of(name, reach))
                ],
                ignore_conflicts=True,
            )


class Migration(migrations.Migration):
    dependencies = [("referrals", "0007_requests_grow_up")]

    operations = [migrations.RunPython(seal_identities, migrations.RunPython.noop)]
