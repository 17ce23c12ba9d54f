"""An authority's decision covers what it was taken on, known by its fingerprint."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calloffs", "0003_end_reason")]

    operations = [
        migrations.AddField(
            model_name="governance",
            name="substance_fingerprint",
            field=models.CharField(
                default="",
                help_text="What was decided on: a change of substance needs the decision again.",
                max_length=64,
            ),
            preserve_default=False,
        ),
    ]
