from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("providers", "0014_carried_files")]

    operations = [
        migrations.AddField(
            model_name="package",
            name="details",
            field=models.JSONField(
                blank=True,
                default=dict,
                help_text=(
                    "The organisation's when it submitted, by column; empty in what is older than their "
                    "keeping."
                ),
            ),
        ),
    ]
