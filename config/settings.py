"""How is the application set up? What a host may change comes from the environment (README › Configuration)."""

import base64
import hashlib
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
env = environ.Env()

# ── What kind of place this is ────────────────────────────────────────────────
DJANGO_ENV = env.str("DJANGO_ENV", default="production")
if DJANGO_ENV not in {"production", "demo", "test"}:
    raise ValueError("DJANGO_ENV\u00a0: production, demo ou test.")
PRODUCTION = DJANGO_ENV == "production"
DEMONSTRATION = DJANGO_ENV == "demo"
TESTING = DJANGO_ENV == "test"

DEBUG = False
SECRET_KEY = env.str("SECRET_KEY") if not TESTING else "only-for-tests-" + "0123456789" * 5
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
SITE_URL = env.str("SITE_URL", default="https://example.invalid" if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")

# What designs a resident is sealed at rest with the first of these; the others still open what is older.
SEALING_KEYS: list[str] = env.list("SEALING_KEYS", default=[])
if not SEALING_KEYS:
    if PRODUCTION:
        raise ValueError("SEALING_KEYS\u00a0: au moins une clé, faite par «\u00a0manage.py make_sealing_key\u00a0».")
    SEALING_KEYS = [base64.urlsafe_b64encode(hashlib.sha256(SECRET_KEY.encode()).digest()).decode()]

# What a host calls the service, and who answers for it: shown in the header, the footer and the mails.
SERVICE_NAME = env.str("SERVICE_NAME", default="Réseau France services")
SERVICE_BRAND = env.str("SERVICE_BRAND", default="Seine-Maritime")
SERVICE_CONTACT = env.str("SERVICE_CONTACT", default="contact@exemple.fr")
DEPARTEMENT = env.str("DEPARTEMENT", default="76")
SCHOOL_ZONE = env.str("SCHOOL_ZONE", default="B")
if SCHOOL_ZONE not in {"A", "B", "C"}:
    raise ValueError("SCHOOL_ZONE\u00a0: A, B ou C.")

# ── The house ─────────────────────────────────────────────────────────────────
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.admin",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "csp",
    "django_htmx",
    "simple_history",
    "accounts",
    "territories",
    "schedules",
    "outbox",
    "structures",
    "partners",
    "referrals",
    "quality",
    "config",
]
MIDDLEWARE = [
    "config.middleware.request_log",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "config.middleware.isolation_headers",
    # Below the headers: a picture opened on its own obeys the same policy as a page.
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.refuse_null_characters",
    "config.errors.ExceptionPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.sessions.keep_alive",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.interrupted.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context.page",
            ],
        },
    }
]
CRISPY_TEMPLATE_PACK = "maison"
CRISPY_ALLOWED_TEMPLATE_PACKS = ("maison",)
CRISPY_FAIL_SILENTLY = False

# ── Language, place and time ──────────────────────────────────────────────────
LANGUAGE_CODE = "fr"
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH: list[str] = []

# ── Database ──────────────────────────────────────────────────────────────────
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")
}
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False
if _database["ENGINE"].endswith("sqlite3"):
    # IMMEDIATE: a writer waits for its turn instead of failing in the middle of its transaction.
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # 8 MB of cache for each thread of each process.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8000;",
    }
    # A file, not memory: the server that a browser talks to and the test each have a connection of their own.
    _database["TEST"] = {"NAME": str(Path(tempfile.gettempdir()) / f"network-tests-{os.getpid()}.sqlite3")}
else:
    _database["CONN_HEALTH_CHECKS"] = True
    _database.setdefault("OPTIONS", {})["connect_timeout"] = 3
# Reopening a connection for each request costs 2.5 to 4 times the request itself on PostgreSQL, half of it on SQLite.
_database["CONN_MAX_AGE"] = 0 if TESTING else env.int("CONN_MAX_AGE", default=600)

# Shared by all the web processes: sign-in limits would be counted once per process otherwise.
CACHES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "shared_cache"}
    if not TESTING
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # What each process may remember by itself for some minutes, and forget when it ends: reading it costs no query.
    "process": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "process"},
}

# ── Accounts ──────────────────────────────────────────────────────────────────
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backend.PersonAndTeams"]
ACCOUNT_ADAPTER = "accounts.adapter.ClosedAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = "strict"
# Nobody who has no account is written to because somebody typed her address.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/15m/ip", "reset_password": "20/h/ip,5/h/key"}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "config:landing"
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 14}},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SESSION_COOKIE_AGE = int(
    timedelta(minutes=env.int("SESSION_IDLE_MINUTES", default=30 if PRODUCTION else 600)).total_seconds()
)
# Renewed by use, but never longer than this after signing in.
SESSION_LONGEST_AGE = int(timedelta(hours=env.int("SESSION_LONGEST_HOURS", default=12)).total_seconds())
SESSION_ENGINE = "accounts.sessions"
# When a session ends is known to the server; the cookie itself goes with the browser.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# ── Security ──────────────────────────────────────────────────────────────────
# Out of production the application is reached over plain http on the same machine.
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz"]
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
SECURE_HSTS_SECONDS = 63_072_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
if PRODUCTION and env.bool("BEHIND_TLS_PROXY", default=True):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Sign-in limits count the visitor's address: the last one, which our own proxy wrote, not one she made up.
    ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXIES", default=1)
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: [] for feature in ("accelerometer", "camera", "geolocation", "gyroscope", "microphone", "payment", "usb")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1_000
DATA_UPLOAD_MAX_NUMBER_FILES = 30
# Never on the disk in clear, and never more in memory than the handler says.
FILE_UPLOAD_HANDLERS = ["config.uploads.InMemory"]

# ── Mail: written to the outbox, sent by the worker ───────────────────────────
EMAIL_DEFAULT = "smtp://localhost:25" if PRODUCTION else "consolemail://"
vars().update(env.email("EMAIL_URL", default=EMAIL_DEFAULT))
# Who hands the messages over: a mail server, or nobody (the demonstration shows them on a page).
OUTBOX_TRANSPORT = "smtp" if "smtp" in vars()["EMAIL_BACKEND"] else "display"
if PRODUCTION and OUTBOX_TRANSPORT != "smtp":
    raise ValueError("EMAIL_URL\u00a0: en production, un serveur de messagerie (smtp://, smtp+tls:// ou smtp+ssl://).")
# Everything that Django or a library mails is written to the outbox too.
EMAIL_BACKEND = "outbox.backend.OutboxBackend"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="ne-pas-repondre@exemple.fr")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# ── Replies that come back by mail ────────────────────────────────────────────
# The box they come to; a signed mark is added before the @. Empty: no reply address, the link alone answers.
REPLY_ADDRESS = env.str("REPLY_ADDRESS", default="" if PRODUCTION else "reponses@exemple.fr")
# What cannot be delivered, and absence replies, come back to the same box when the mail server may send in its name.
REPLY_TAKES_RETURNS = env.bool(
    "REPLY_TAKES_RETURNS",
    default=REPLY_ADDRESS.rpartition("@")[2].lower() == DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">").lower(),
)
# imaps://user:password@host:993/INBOX, read by the worker; empty: nobody reads a box (LMTP or a pipe may bring mail).
REPLY_MAILBOX_URL = env.str("REPLY_MAILBOX_URL", default="")

# ── Files of a request: sealed, outside of what is served ─────────────────────
_PRIVATE = Path(tempfile.gettempdir()) / f"network-tests-{os.getpid()}" if TESTING else VAR_DIR
VAULT_DIR = Path(env.str("VAULT_DIR", default=str(_PRIVATE / "vault")))
# host:port or the path of a socket of clamd; empty: files are kept « non analysés », and said so.
CLAMAV = env.str("CLAMAV", default="")
# The list of what was erased, replayed after a restore: keep it apart from the database and its backups.
ERASURE_LIST = Path(env.str("ERASURE_LIST", default=str(_PRIVATE / "erased.txt")))
# The State's own tool, opened beside a request that goes on there.
NATIONAL_TOOL_URL = env.str("NATIONAL_TOOL_URL", default="https://www.aplus.beta.gouv.fr/")

# ── Files ─────────────────────────────────────────────────────────────────────
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
# Tests serve the files where they are: collecting them takes longer than the tests.
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = TESTING

# ── Logs: one JSON line, the route and never the path, no message of an exception ─
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "app": {"level": "WARNING" if TESTING else "INFO"},
        # These write the address asked for, which may hold a signed link: our own line has the route instead.
        "django.request": {"level": "CRITICAL"},
        "django.security": {"level": "CRITICAL"},
        "django.server": {"level": "CRITICAL"},
    },
}
