# The documents of an agreement and their issues.

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("lots", "0015_extensions_in_steps"),
        ('records', '0003_outages'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AgreementDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reference', models.CharField(editable=False, max_length=20, unique=True)),
                ('title', models.CharField(max_length=200)),
                ('audience', models.CharField(choices=[('public', 'Everybody, without signing in'), ('members', 'The members of its pools and its authorities')], max_length=8)),
                ('added_at', models.DateTimeField()),
                ('taken_out_at', models.DateTimeField(blank=True, null=True)),
                ('taken_out_reason', models.TextField(blank=True)),
                ('agreement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='lots.agreement')),
                ('taken_out_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['added_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DocumentIssue',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('issued_on', models.DateField()),
                ('document', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agreement_issue', to='records.document')),
                ('of', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='issues', to='lots.agreementdocument')),
            ],
            options={
                'ordering': ['of_id', '-number'],
                'constraints': [models.UniqueConstraint(fields=('of', 'number'), name='issue_number_once')],
            },
        ),
    ]
