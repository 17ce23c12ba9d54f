"""Why a call-off was abandoned or ended without an award, for those who read its page."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calloffs", "0002_initial")]

    operations = [
        migrations.AddField(
            model_name="calloff",
            name="end_reason",
            field=models.TextField(
                blank=True, default="", help_text="Why it was abandoned, or ended without an award."
            ),
            preserve_default=False,
        ),
    ]
