"""What all tests share: hypothesis profiles, and programs that may be absent."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "ci", max_examples=60, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("dev", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))

PROGRAMS = {"php": "php", "node": "node", "chromium": "chromium", "redis": "redis-server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests whose program is absent, with the reason; with CI=true they run and fail instead."""
    if os.environ.get("CI") == "true":
        return
    for name, program in PROGRAMS.items():
        if shutil.which(program) is None:
            reason = f"{program} is not installed; scripts/setup --system installs it"
            for item in items:
                if item.get_closest_marker(name) is not None:
                    item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio; those that must hold on trio too parametrise this."""
    return "asyncio"
