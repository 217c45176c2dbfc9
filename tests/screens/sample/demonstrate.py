"""Shows the screens alone: `PYTHONPATH=tests python -m screens.sample.demonstrate 127.0.0.1:8100`."""

import os
import sys
from datetime import UTC, date, datetime, timedelta


def fill() -> None:
    """A few hundred rows."""
    from django.db import connection

    from screens.sample.models import Pump

    with connection.schema_editor() as editor:
        if Pump._meta.db_table in connection.introspection.table_names():
            editor.delete_model(Pump)
        editor.create_model(Pump)
    sites = ("烟台海益水产育苗场", "蓬莱蓝色海洋养殖基地", "莱州湾斑石鲷繁育场", "长岛海参良种场")
    places = ("1 号池全景", "2 号池全景", "投料口", "消毒通道", "饲料仓库", "药品柜", "出苗区", "厂区大门")
    states = ("online", "online", "online", "weak", "online", "offline", "trial", "online", "stopped")
    Pump.objects.bulk_create(
        Pump(
            name=f"{sites[n % 4][:4]} {places[n % 8]}",
            code=f"3706000000132{n:07}",
            site=sites[n % 4],
            state=states[n % 9],
            size_bytes=(n * 7919 % 9000) * 2_400_000,
            share=None if n % 9 == 8 else 1 - (n % 7) / 90,
            opened_at=None if n % 13 == 12 else datetime(2026, 11, 20, 3, 5, 9, tzinfo=UTC) - timedelta(minutes=37 * n),
            checked_on=date(2026, 5, 1) + timedelta(days=n % 90),
            is_key=n % 3 == 0,
        )
        for n in range(1, 431)
    )


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "screens.sample.settings"
    import django
    from django.core.management import call_command

    django.setup()
    from screens.sample.menu import plug_in

    plug_in()
    fill()
    call_command("runserver", sys.argv[1], use_reloader=False)


if __name__ == "__main__":
    main()
