from django.db import migrations, models


class Migration(migrations.Migration):
    """Add each lot's own rule: what must be in date for its members to be invited."""

    dependencies = [('lots', '0010_abandonment')]

    operations = [
        migrations.AddField(
            model_name="lot",
            name="holding_documents",
            field=models.JSONField(
                blank=True,
                default=list,
                help_text="Kinds of documents that hold new invitations once they run out.",
            ),
        ),
        migrations.AddField(
            model_name="lot",
            name="lowest_rating",
            field=models.CharField(
                blank=True,
                choices=[
                    ("outstanding", "Outstanding"),
                    ("good", "Good"),
                    ("requires_improvement", "Requires improvement"),
                    ("inadequate", "Inadequate"),
                ],
                max_length=20,
                verbose_name="lowest CQC rating",
            ),
        ),
    ]
