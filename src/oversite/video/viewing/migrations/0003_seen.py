"""The part of an opened period whose pictures went out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("viewing", "0002_orders")]

    operations = [
        migrations.AddField(
            model_name="viewing",
            name="seen_from_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="seen from"),
        ),
        migrations.AddField(
            model_name="viewing",
            name="seen_until_at",
            field=models.DateTimeField(blank=True, null=True, verbose_name="seen until"),
        ),
    ]
