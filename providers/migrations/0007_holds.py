from django.db import migrations, models


class Migration(migrations.Migration):
    """Tell a hold of the standing watch, which has no day of review, from a suspension."""

    dependencies = [('providers', '0006_documents_and_ratings')]

    operations = [
        migrations.AddField(
            model_name="suspension",
            name="is_hold",
            field=models.BooleanField(default=False, help_text="By the standing watch, ending by itself."),
        ),
        migrations.AlterField(
            model_name="suspension",
            name="review_on",
            field=models.DateField(blank=True, help_text="None for a hold.", null=True),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_hold", True), ("review_on__isnull", False), _connector="OR"),
                name="suspension_has_a_review",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_hold", True), ("lifted_at", None)),
                fields=("admission",),
                name="one_open_hold_an_admission",
            ),
        ),
    ]
