"""Django's settings, derived from the one configuration."""

from typing import Any

from oversite.common import config as configuration
from oversite.common.keys import ensure_keys, read_key
from oversite.project.databases import database

CONFIG = configuration.current()
ensure_keys(CONFIG.keys_dir)

SECRET_KEY = read_key(CONFIG.keys_dir, "django").hex()
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
    "oversite.base.sites",
    "oversite.base.documents",
    "oversite.video.gateway",
    "oversite.video.cameras",
    "oversite.video.control",
    "oversite.video.recording",
    "oversite.video.viewing",
    "oversite.video.evidence",
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

PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
SESSION_COOKIE_AGE = 15 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_HTTPONLY = False
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
