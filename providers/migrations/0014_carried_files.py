import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Say of a file that it is a copy of one of an earlier window."""

    dependencies = [("providers", "0013_known_associates")]

    operations = [
        migrations.AddField(
            model_name="submittedfile",
            name="carried_from",
            field=models.ForeignKey(
                blank=True,
                help_text="The file of an earlier window that this is a copy of, where it was taken over.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="providers.submittedfile",
            ),
        ),
    ]
