"""What the measurements were made on."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

__all__ = ["Machine", "machine", "peak_memory_bytes"]

_PACKAGES = ("b24bridge", "httpx", "anyio", "pydantic")


@dataclass(frozen=True, slots=True)
class Machine:
    """Processor, memory and versions; no name of the host or of a person.

    Attributes:
        processor: Model, as far as the system tells.
        cores: Processors that this process may use.
        memory_bytes: Memory of the machine, 0 if unknown.
        system: Operating system with release.
        python: Implementation and version.
        packages: Versions of the packages that count.
    """

    processor: str
    cores: int
    memory_bytes: int
    system: str
    python: str
    packages: dict[str, str]


def machine() -> Machine:
    """Return what this process runs on."""
    return Machine(
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        memory_bytes=_memory(),
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        packages={name: version for name in _PACKAGES if (version := _version(name))},
    )


def peak_memory_bytes() -> int:
    """Return the largest resident size that this process ever had.

    Linux tells it of the running program alone; ``ru_maxrss`` there starts at the size of the program that
    started this one, and is the fallback elsewhere.
    """
    if (size := _status_kilobytes("VmHWM")) is not None:
        return size * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024


def _status_kilobytes(name: str) -> int | None:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), None)


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return named or platform.processor() or platform.machine()


def _memory() -> int:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        return 0


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""
