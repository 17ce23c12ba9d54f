from django.db import migrations, models


class Migration(migrations.Migration):
    """Make room for the number of a linked charity, and keep a CQC provider ID to one organisation."""

    dependencies = [('people', '0005_size_and_areas')]

    operations = [
        migrations.AlterField(
            model_name="organisation",
            name="charity_number",
            field=models.CharField(blank=True, max_length=14),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("cqc_provider_id", ""), _negated=True),
                fields=("kind", "cqc_provider_id"),
                name="organisation_cqc_id_once",
            ),
        ),
    ]
