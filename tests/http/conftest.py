from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.http.service import Caller, Service, service


@pytest.fixture
async def running(tmp_path: Path) -> AsyncIterator[Service]:
    async with service(tmp_path) as started:
        yield started


@pytest.fixture
async def minji(running: Service) -> Caller:
    return await running.user("민지@quant.kr")


@pytest.fixture
async def alex(running: Service) -> Caller:
    return await running.user("alex@quant.io")
