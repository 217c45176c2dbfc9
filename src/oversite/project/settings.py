"""Django's settings, derived from the one configuration."""

import secrets
from typing import Any

from oversite.common import config as configuration
from oversite.common.keys import ensure_keys, read_key
from oversite.domains import apps_of
from oversite.project.databases import database

CONFIG = configuration.current()
if CONFIG.data_dir.is_dir():
    ensure_keys(CONFIG.keys_dir)
    SECRET_KEY = read_key(CONFIG.keys_dir, "django").hex()
else:  # a tool that only reads the settings leaves nothing behind; whoever serves has made the folder first
    SECRET_KEY = secrets.token_hex(32)
DEBUG = CONFIG.debug
ALLOWED_HOSTS = ["*"]  # the reverse proxy decides; nothing is built from the Host header

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "treebeard",
    "django_tasks",
    "django_tasks_db",
    "oversite.screens",
    "oversite.base.audit",
    "oversite.base.events",
    "oversite.base.jobs",
    "oversite.base.numbers",
    "oversite.base.agencies",
    "oversite.base.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "oversite.base.sites",
    "oversite.base.documents",
    "oversite.video.gateway",
    "oversite.video.cameras",
    "oversite.video.control",
    "oversite.video.recording",
    "oversite.video.viewing",
    "oversite.video.evidence",
    "oversite.video.alarms",
    "oversite.oversight.supervision",
    "oversite.oversight.rules",
    "oversite.domains.aquaculture",
    "oversite.domains.customs",
    "oversite.domains.slaughter",
    "oversite.domains.sharing",
    *apps_of("quarantine"),
    "oversite.project",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "oversite.screens.security.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "oversite.base.audit.middleware.AuditMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "oversite.base.accounts.middleware.SessionRulesMiddleware",
    "oversite.base.accounts.middleware.SignInRequiredMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "oversite.project.urls"
ASGI_APPLICATION = "oversite.project.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oversite.screens.context.frame",
            ]
        },
    }
]

DATABASES: dict[str, Any] = {"default": database(CONFIG)}
TASKS = {"default": {"BACKEND": "oversite.base.jobs.backend.Backend", "QUEUES": ["default", "long"]}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
DATETIME_FORMAT = "Y-m-d H:i:s"
DATE_FORMAT = "Y-m-d"

STATIC_URL = "static/"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_AUTOREFRESH = False
SERVESTATIC_IMMUTABLE_FILE_TEST = r"/built/.+[-.][A-Za-z0-9_-]{8,}\.\w+$"
CSRF_FAILURE_VIEW = "oversite.screens.errors.csrf_failure"

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
    # counts of calls: each web process keeps its own, because a shared count costs a dozen queries a call
    "calls": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "calls"},
}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "oversite.base.accounts.passwords.StrengthValidator"},
    {"NAME": "oversite.base.accounts.passwords.UserNameValidator"},
    {"NAME": "oversite.base.accounts.passwords.HistoryValidator"},
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "oversite.base.accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "60/m/ip",
    "login_failed": "5/30m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
MFA_ADAPTER = "oversite.base.accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Oversite 明察"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {
    "authenticate": "oversite.base.accounts.forms.second_factor.SignInCodeForm",
    "reauthenticate": "oversite.base.accounts.forms.second_factor.ConfirmCodeForm",
}

SESSION_COOKIE_AGE = 12 * 3600  # the idle logout after 15 minutes is a middleware's; this bounds what it never sees
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.web_url.startswith("https:")
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_TRUSTED_ORIGINS = [CONFIG.web_url]
CSRF_COOKIE_HTTPONLY = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

LOGGING_CONFIG = None  # project/logs.py sets logging up, once per process
