"""Which settings does a worker of the tests run with? The outbox alone; each process is told its database and port."""

SECRET_KEY = "only-for-tests-" + "0123456789" * 5
INSTALLED_APPS = ["outbox"]
USE_TZ = True
TIME_ZONE = "Europe/Paris"
DATABASES = {"default": {"ENGINE": "django.db.backends.dummy"}}
DEFAULT_FROM_EMAIL = "France services <ne-pas-repondre@exemple.fr>"
OUTBOX_TRANSPORT = "smtp"
EMAIL_HOST = "127.0.0.1"
EMAIL_TIMEOUT = 5
LOGGING = {
    "version": 1,
    "formatters": {"plain": {"format": "%(levelname)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
}
