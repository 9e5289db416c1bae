"""Methods of ``timeman.*`` of REST 2."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import control, days

__all__ = ["FAMILY"]

_HANDLERS = {
    "open": days.open_day,
    "pause": days.pause,
    "close": days.close,
    "status": days.status,
    "settings": days.settings,
    "networkrange.get": control.ranges,
    "networkrange.set": control.keep_ranges,
    "networkrange.check": control.check_range,
    "schedule.get": control.schedule,
    "timecontrol.settings.get": control.settings,
    "timecontrol.settings.set": control.keep_settings,
    "timecontrol.report.add": control.add_report,
    "timecontrol.reports.get": control.report,
    "timecontrol.reports.settings.get": control.report_settings,
    "timecontrol.reports.users.get": control.report_users,
}

FAMILY = Family(
    "timeman",
    [Method(f"timeman.{name}", handler, "timeman") for name, handler in _HANDLERS.items()],
    prepare=lambda portal: prepare(portal, days.DAYS),
)
