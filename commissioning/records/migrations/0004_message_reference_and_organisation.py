import django.db.models.deletion
from django.db import migrations, models

from commissioning.people.references import random_reference


def give_references(apps, schema_editor):
    """Give each message already kept a reference of its own."""
    message = apps.get_model("records", "Message")
    taken = set()
    for pk in message.objects.filter(reference=None).values_list("pk", flat=True):
        reference = random_reference("MSG")
        while reference in taken:
            reference = random_reference("MSG")
        taken.add(reference)
        message.objects.filter(pk=pk).update(reference=reference)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("records", "0003_wrap_once_on_both_databases"),
    ]

    operations = [
        migrations.AddField(
            model_name="message",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="messages",
                to="people.organisation",
            ),
        ),
        migrations.AddField(
            model_name="message",
            name="reference",
            field=models.CharField(editable=False, max_length=20, null=True),
        ),
        migrations.AlterField(
            model_name="message",
            name="leased_until",
            field=models.DateTimeField(
                help_text="Real time until which nobody else takes it: a sending, or the wait after one.",
                null=True,
            ),
        ),
        migrations.RunPython(give_references, migrations.RunPython.noop),
    ]
