"""The cases as Django's documentation shows them: one application a case, which the variable BENCH_CASE names."""

import os

from django.conf import settings

settings.configure(
    SECRET_KEY="bench-secret-key",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse, JsonResponse  # noqa: E402
from django.urls import path  # noqa: E402

TEXT = "text/plain; charset=utf-8"


def hello(request):
    return HttpResponse("Hello, world", content_type=TEXT)


def items(request, id):
    return JsonResponse({"id": id, "q": request.GET.get("q"), "page": request.GET.get("page")})


def cookies(request):
    a, b, c = (request.COOKIES[name] for name in "abc")
    response = HttpResponse(f"{a} {b} {c}", content_type=TEXT)
    response.set_cookie("theme", "dark")
    response.set_cookie("seen", "1", max_age=3600, httponly=True, samesite="Lax")
    return response


def form(request):
    return JsonResponse(request.POST.dict())


def resource(i):
    return lambda request, name: HttpResponse(f"{i} {name}", content_type=TEXT)


def signed(request):
    value = request.get_signed_cookie("visits")
    response = HttpResponse(value, content_type=TEXT)
    response.set_signed_cookie("visits", str(int(value) + 1))
    return response


urlpatterns = {
    "hello": [path("", hello)],
    "json": [path("items/<int:id>/", items)],
    "cookies": [path("", cookies)],
    "form": [path("", form)],
    "table": [path(f"resource{i}/<str:name>/", resource(i)) for i in range(200)],
    "signed": [path("", signed)],
}[os.environ["BENCH_CASE"]]

application = get_wsgi_application()
