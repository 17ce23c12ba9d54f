# When each version of a lot's skills and outcomes was made, and which of them a window goes by.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('lots', '0007_rolling'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PointVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('skill', 'Skill'), ('outcome', 'Outcome')], max_length=8)),
                ('version', models.PositiveSmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('reason', models.TextField(blank=True, help_text='Empty while the agreement was being set up.')),
                ('lot', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='point_versions', to='lots.lot')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['lot_id', 'kind', '-version'],
            },
        ),
        migrations.AddConstraint(
            model_name='pointversion',
            constraint=models.UniqueConstraint(fields=('lot', 'kind', 'version'), name='point_version_once'),
        ),
        migrations.AddField(
            model_name='windowlot',
            name='skills_version',
            field=models.PositiveSmallIntegerField(blank=True, help_text='In force when the window was announced.', null=True),
        ),
        migrations.AddField(
            model_name='windowlot',
            name='outcomes_version',
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
