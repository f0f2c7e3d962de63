"""The composition root: settings in, use cases out. Nothing else imports an adapter."""

from entrypoints.container.root import Container, build_container

__all__ = ["Container", "build_container"]
