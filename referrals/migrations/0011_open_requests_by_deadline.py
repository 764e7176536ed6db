from django.db import migrations, models

import referrals.models.references


class Migration(migrations.Migration):

    dependencies = [
        ("referrals", "0010_what_is_to_be_forgotten_is_found"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                condition=models.Q(("closed_at__isnull", True)),
                fields=["structure", "due_at", "id"],
                name="request_due_of_site",
            ),
        ),
        migrations.AddIndex(
            model_name="servicerequest",
            index=models.Index(
                referrals.models.references.EndOfReference("reference"), name="request_by_end_of_reference"
            ),
        ),
    ]
