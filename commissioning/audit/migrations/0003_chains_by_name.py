# Chains are listed by name, not in the order in which they were last written.

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0002_attempts_by_agreement'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='chain',
            options={'ordering': ['name']},
        ),
    ]
