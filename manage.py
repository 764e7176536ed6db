#!/usr/bin/env python
"""Run Django's and our own commands with the settings of the environment.

On a machine where nothing was set up (no DJANGO_ENV, no SECRET_KEY), they act on the demonstration's database.
"""

import os
import sys

from django.core.management import execute_from_command_line

from devtools.demonstration import secret_key

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if "DJANGO_ENV" not in os.environ and "SECRET_KEY" not in os.environ:
        os.environ.update(DJANGO_ENV="demo", SECRET_KEY=secret_key())
    execute_from_command_line(sys.argv)
