from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("quarantine_rules", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="setting",
            name="value",
            field=models.CharField(max_length=8000, verbose_name="value"),
        ),
    ]
