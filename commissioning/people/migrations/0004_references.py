"""Give people and invitations a public reference: empty at first, filled by the next migration."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0003_installation")]

    operations = [
        migrations.AddField(
            model_name=model,
            name="reference",
            field=models.CharField(editable=False, max_length=20, null=True, unique=True),
        )
        for model in ("user", "invitation")
    ]
