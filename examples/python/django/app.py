"""Django with a login, in one file. Start: gunicorn app:application, or uvicorn app:asgi_application"""

from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path, re_path

import libstauth.django

auth, middleware = libstauth.App(), ["libstauth.django.Middleware"]
templates = {
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": ["../templates"],
    "OPTIONS": {"context_processors": ["libstauth.django.add_user"]},
}
settings.configure(
    ALLOWED_HOSTS=["*"], MIDDLEWARE=middleware, ROOT_URLCONF=__name__, STAUTH={"auth": auth}, TEMPLATES=[templates]
)


@libstauth.django.login_required
def show_members(request):
    return HttpResponse(f"Welcome, {libstauth.user.get('name', 'member')}")


def show_page(request):
    return render(request, "page.html", {"login_url": auth.login_url(), "logout_path": auth.logout_path})


urlpatterns = [
    path("members", show_members),
    path("user.json", lambda request: JsonResponse(libstauth.user.to_dict())),
    path("login", lambda request: libstauth.django.login(request.GET.get("provider"))),
    path("logout", lambda request: libstauth.django.logout()),
    re_path("", show_page),
]
application, asgi_application = get_wsgi_application(), get_asgi_application()
