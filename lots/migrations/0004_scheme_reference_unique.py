from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("lots", "0003_scheme_reference")]

    operations = [
        migrations.AlterField(
            "scheme", "reference", models.CharField(max_length=20, unique=True, editable=False)
        ),
    ]
