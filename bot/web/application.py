"""Put the doors together: API, widget and page in one application, behind limits, guard and the origins that may come in.

A router of its own is added in one line, in ``ROUTERS``.
"""

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware

from bot.feedback import Feedback
from bot.settings import Settings
from bot.web import admin, api, completions, embed
from bot.web.doors import Doors
from bot.web.guard import Guard
from bot.web.limits import Limits
from bot.web.manual import describe
from bot.web.problems import tell_problems
from bot.web.proxies import Proxies
from bot.web.ready import Preparation
from bot.web.stream import Closing

ROUTERS = (api, admin, completions, embed)


def create_app(preparation: Preparation, settings: Settings, closing: Closing | None = None) -> FastAPI:
    """Return the web application over a chatbot that is made or still in the making."""
    from bot.web import page  # gradio takes seconds

    doors = Doors(preparation, settings, Feedback(settings.home), closing or Closing())
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False)
    routers = [each.routes(doors) for each in ROUTERS]
    for router in routers:
        app.include_router(router)
    routers.append(describe(app))
    tell_problems(app)
    page.mount(app, doors)
    app.add_middleware(Limits, rate=settings.rate_limit)
    app.add_middleware(Guard, routes=[route for router in routers for route in router.routes], origins=settings.origins)
    app.add_middleware(  # it must stand here: only then does Gradio leave off allowing any origin, with credentials
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type", "Authorization"],
        expose_headers=["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After"],
    )
    app.add_middleware(Proxies, trusted=settings.proxies)
    return app
