"""Settings of the demonstration: the screens alone, without the rest of the product."""

import tempfile
from pathlib import Path

SECRET_KEY = "only for looking at the screens"
DEBUG = True
ALLOWED_HOSTS = ["*"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "oversite.screens",
    "screens.sample",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "oversite.screens.security.ContentSecurityPolicyMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "screens.sample.people.PersonMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "oversite.screens.context.frame",
            ]
        },
    }
]
ROOT_URLCONF = "screens.sample.urls"
CSRF_FAILURE_VIEW = "oversite.screens.errors.csrf_failure"
DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(tempfile.gettempdir()) / "oversite-screens.db"}
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "/static/"
LOGIN_URL = "account_login"
