from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the day of the decision by which a lot was activated or removed."""

    dependencies = [("lots", "0021_consortium")]

    operations = [
        migrations.AddField(
            model_name="lot",
            name="state_decided_on",
            field=models.DateField(
                blank=True, help_text="Empty where the decision was recorded without its day.", null=True
            ),
        ),
    ]
