"""The OpenAPI page: Swagger UI from an installed package, never from another host."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.openapi.docs import get_swagger_ui_html
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.responses import HTMLResponse

SCHEMA = "/api/openapi.json"
DOCS = "/api/docs"


def add(app: FastAPI) -> None:
    """Add the page and its files to an app whose schema is at ``SCHEMA``."""
    app.mount(f"{DOCS}/", StaticFiles(packages=[("fastapi_swagger", "resources")]))

    @app.get(DOCS, include_in_schema=False)
    def page() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url=SCHEMA,
            title=f"{app.title} 接口说明",
            swagger_js_url=f"{DOCS}/swagger-ui-bundle.js",
            swagger_css_url=f"{DOCS}/swagger-ui.css",
            swagger_favicon_url="/favicon.ico",
            swagger_ui_parameters={"docExpansion": "list", "defaultModelsExpandDepth": 0, "validatorUrl": None},
        )
