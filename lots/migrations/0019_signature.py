# What signature is asked of whoever submits, and why that fits the risk (rulebook R22-i).

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lots", "0018_panel_sees_last_score"),
    ]

    operations = [
        migrations.AddField(
            model_name='agreement',
            name='signature',
            field=models.CharField(choices=[('signed_in', 'No electronic signature is asked for: who submits has signed in, and gets a signed receipt'), ('proved_again', 'No electronic signature is asked for, but who submits confirms it by password and code')], default='signed_in', help_text='What is asked of whoever submits; fixed on publication (rulebook R22-i).', max_length=12, verbose_name='electronic signature'),
        ),
        migrations.AddField(
            model_name='agreement',
            name='signature_reason',
            field=models.TextField(blank=True, help_text='Why that is in proportion to the risk; stated to bidders.'),
        ),
    ]
