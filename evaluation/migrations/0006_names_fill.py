from django.db import migrations


def name(apps, schema_editor):
    """Give what was taken in before the name of now: the one of then was not kept."""
    rows = apps.get_model("evaluation", "Assessment").objects.using(schema_editor.connection.alias)
    for row in rows.filter(name="").select_related("organisation"):
        row.name = row.organisation.name
        row.save(update_fields=["name"])


class Migration(migrations.Migration):
    dependencies = [
        ("evaluation", "0005_names_as_submitted"),
        ("people", "0011_no_former_share_codes"),
    ]

    operations = [migrations.RunPython(name, migrations.RunPython.noop)]
