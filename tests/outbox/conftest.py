"""Where do the workers of the outbox tests work?"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.outbox.sites import Nursery, Site

SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=OFF;",  # processes die here, not the disk
}


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def site_with(nursery: Nursery, transactional_db: None, tmp_path: Path) -> Iterator[Callable[[int], Site]]:
    """Makes a site whose mail server listens on the port given."""
    sites: list[Site] = []

    def make(port: int) -> Site:
        sites.append((postgresql_site if connection.vendor == "postgresql" else sqlite_site)(nursery, tmp_path, port))
        return sites[-1]

    yield make
    for site in sites:
        site.close()


def sqlite_site(nursery: Nursery, folder: Path, port: int) -> Site:
    """The database goes away with its folder."""
    home, elsewhere = folder / "home", folder / "elsewhere"
    home.mkdir()
    site = Site(
        nursery=nursery,
        folder=folder,
        database={"ENGINE": "django.db.backends.sqlite3", "NAME": str(home / "db.sqlite3"), "OPTIONS": SQLITE_OPTIONS},
        port=port,
        take_database_away=lambda: home.rename(elsewhere),
        bring_database_back=lambda: elsewhere.rename(home),
    )
    site.run("call_command('migrate', verbosity=0)")
    return site


def postgresql_site(nursery: Nursery, folder: Path, port: int) -> Site:
    """The database goes away: its doors close and those inside are put out."""
    settings = connection.settings_dict
    kept = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
    name = connection.ops.quote_name(settings["NAME"])

    def open_doors(are_open: bool) -> None:
        connection.close()
        with connection._nodb_cursor() as cursor:  # from the database next door
            cursor.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS {str(are_open).lower()}")
            if not are_open:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [settings["NAME"]]
                )

    return Site(
        nursery=nursery,
        folder=folder,
        database={key: settings[key] for key in kept} | {"CONN_MAX_AGE": 600},
        port=port,
        take_database_away=lambda: open_doors(False),
        bring_database_back=lambda: open_doors(True),
    )
