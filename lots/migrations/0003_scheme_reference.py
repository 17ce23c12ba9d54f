from django.db import migrations, models

from commissioning.people.references import random_reference


def fill(apps, schema_editor):
    """Give each scheme a random reference (settled 3)."""
    for scheme in apps.get_model("lots", "Scheme").objects.filter(reference=""):
        scheme.reference = random_reference("SCH")
        scheme.save(update_fields=["reference"])


class Migration(migrations.Migration):
    dependencies = [("lots", "0002_scheme_authority_and_cancellation")]

    operations = [
        migrations.AddField(
            "scheme", "reference", models.CharField(max_length=20, default="", editable=False), preserve_default=False
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
