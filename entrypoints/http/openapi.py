"""The description of the API, and a page to try it that loads nothing from anywhere else."""

from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import Router
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.static_files import create_static_files_router
from litestar.types import Method
from litestar.types.internal_types import PathParameterDefinition

from entrypoints.http.description import BEARER, mended
from entrypoints.http.idempotency import paid_operations
from entrypoints.http.wiring import AnyRequest

PAGE = "/schema"
ASSETS = "/schema-assets"
ABOUT = """Governed, remembered, accounted-for GenAI for quant research.

Send `Authorization: Bearer <key>`. A caller with role `service` or `admin` may act for another user with the header
`X-User-Id`. Every answer carries `X-Request-Id`; send your own to find it again in the ledger and the log."""


class MendedJson(JsonRenderPlugin):
    """The document for programs."""

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """Its JSON."""
        return super().render(request, mended(openapi_schema, paid=paid_operations(request.app)))


class MendedPage(SwaggerRenderPlugin):
    """The document for people."""

    def render(self, request: AnyRequest, openapi_schema: dict[str, Any]) -> bytes:
        """The page that shows it."""
        return super().render(request, mended(openapi_schema, paid=paid_operations(request.app)))


def _operation_id(handler: HTTPRouteHandler, method: Method, path: list[str | PathParameterDefinition]) -> str:
    del method, path
    return handler.handler_name


def configuration() -> OpenAPIConfig:
    """OpenAPI 3.1 at `/schema/openapi.json`, the page at `/schema`."""
    page = MendedPage(
        path="/",
        js_url=f"{ASSETS}/swagger-ui-bundle.js",
        css_url=f"{ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{ASSETS}/swagger-ui-standalone-preset.js",
        favicon=f'<link rel="icon" href="{ASSETS}/favicon-32x32.png">',
    )
    scheme = SecurityScheme(type="http", scheme="bearer", description="A key made under /api/v1/admin/keys")
    return OpenAPIConfig(
        title="Quantrail",
        version=metadata.version("quantrail"),
        description=ABOUT,
        path=PAGE,
        render_plugins=[page, MendedJson(path="/openapi.json")],
        security=[{BEARER: []}],
        components=Components(security_schemes={BEARER: scheme}),
        use_handler_docstrings=True,
        operation_id_creator=_operation_id,
    )


def assets() -> Router:
    """The page's scripts and styles, from the package that carries them."""
    found = find_spec("swagger_ui")
    places = found.submodule_search_locations if found is not None else None
    if not places:
        raise RuntimeError("the package swagger-ui-py is not installed")
    return create_static_files_router(
        path=ASSETS, directories=[Path(places[0]) / "static"], include_in_schema=False, opt={"exclude_from_auth": True}
    )
