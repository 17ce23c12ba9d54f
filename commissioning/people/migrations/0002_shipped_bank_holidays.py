"""Fill the table of bank holidays with what ships; rows that are there already are left as they are."""

from django.db import migrations

from commissioning.people.bank_holidays import shipped


def fill(apps, schema_editor):
    table = apps.get_model("people", "BankHoliday")
    table.objects.using(schema_editor.connection.alias).bulk_create(
        (table(division=division, date=day, name=name) for division, day, name in shipped()),
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
