"""Django, for both kinds of server."""

from __future__ import annotations

from typing import Any

import common
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    MIDDLEWARE=["libstauth.django.Middleware"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="x",
    STAUTH={"auth": common.auth, **common.GATE},
)

from django.core.asgi import get_asgi_application  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import re_path  # noqa: E402

wsgi: Any = get_wsgi_application()
asgi: Any = get_asgi_application()
urlpatterns = [re_path("", lambda http: HttpResponse(common.page(http.path_info), content_type="text/plain"))]
