# How an authority of an agreement decides to award, and where its money comes from.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lots", "0016_documents"),
    ]

    operations = [
        migrations.AddField(
            model_name='agreementauthority',
            name='call_in_days',
            field=models.PositiveSmallIntegerField(blank=True, help_text='Working days; empty where nothing can be called in.', null=True),
        ),
        migrations.AddField(
            model_name='agreementauthority',
            name='decided_by',
            field=models.CharField(blank=True, help_text='Who decides to award, such as a committee or cabinet member.', max_length=160),
        ),
        migrations.AddField(
            model_name='agreementauthority',
            name='funding_routes',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='agreementauthority',
            name='key_decision_from',
            field=models.DecimalField(blank=True, decimal_places=2, help_text='GBP of its share from which it is a key decision; empty where it has none.', max_digits=14, null=True),
        ),
    ]
