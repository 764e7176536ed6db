"""The settings of the tests, with the addresses at which things go wrong."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.config.trouble"
