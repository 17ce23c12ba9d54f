"""Every person and invitation has a reference: the column may no longer be empty."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0005_fill_references")]

    operations = [
        migrations.AlterField(
            model_name=model,
            name="reference",
            field=models.CharField(editable=False, max_length=20, unique=True),
        )
        for model in ("user", "invitation")
    ]
