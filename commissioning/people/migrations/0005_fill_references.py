"""Draw a reference for each person and invitation that has none."""

from django.db import migrations

from commissioning.people.references import random_reference


def fill(apps, schema_editor):
    for model, prefix in (("User", "PER"), ("Invitation", "INV")):
        rows = apps.get_model("people", model).objects.using(schema_editor.connection.alias)
        taken = set(rows.exclude(reference=None).values_list("reference", flat=True))
        for row in rows.filter(reference=None):
            while (drawn := random_reference(prefix)) in taken:
                continue
            taken.add(drawn)
            rows.filter(pk=row.pk).update(reference=drawn)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_references")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
