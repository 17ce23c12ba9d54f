from django.db import migrations, models


class Migration(migrations.Migration):
    """Say with whom of a bidder and those it applies with a conflict of interest is."""

    dependencies = [("evaluation", "0003_excluded_outcome")]

    operations = [
        migrations.AddField(
            model_name="declaration",
            name="with_whom",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text=(
                    "Which of the bidder and those it applies with, by name; empty where it applies alone."
                ),
            ),
        ),
    ]
