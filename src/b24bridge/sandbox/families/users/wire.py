"""Fields and methods of ``user.*`` (section 4.3 and the row ``user.get`` of section 2.8)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record

from . import rules

__all__ = ["FAMILY", "USERS"]

_TEXTS = [
    "PERSONAL_PROFESSION",
    "PERSONAL_GENDER",
    "PERSONAL_WWW",
    "PERSONAL_ICQ",
    "PERSONAL_PHONE",
    "PERSONAL_FAX",
    "PERSONAL_MOBILE",
    "PERSONAL_PAGER",
    "PERSONAL_STREET",
    "PERSONAL_CITY",
    "PERSONAL_STATE",
    "PERSONAL_ZIP",
    "PERSONAL_COUNTRY",
    "PERSONAL_MAILBOX",
    "PERSONAL_NOTES",
    "WORK_PHONE",
    "WORK_COMPANY",
    "WORK_POSITION",
    "WORK_DEPARTMENT",
    "WORK_WWW",
    "WORK_FAX",
    "WORK_PAGER",
    "WORK_STREET",
    "WORK_MAILBOX",
    "WORK_CITY",
    "WORK_STATE",
    "WORK_ZIP",
    "WORK_COUNTRY",
    "WORK_PROFILE",
    "WORK_NOTES",
]

# The portal prints these two as empty objects.
_LOST = "CASE WHEN {} IS NULL THEN NULL ELSE json_object() END"
_BOOLEAN = "json(CASE {} WHEN 'Y' THEN 'true' ELSE 'false' END)"

USERS = Record(
    "users",
    [
        Field("ID", "integer", "ID", read_only=True),
        Field("XML_ID", title="External code"),
        Field("ACTIVE", "boolean", "Active", default="Y", shown=_BOOLEAN),
        Field("NAME", title="First name"),
        Field("LAST_NAME", title="Last name"),
        Field("SECOND_NAME", title="Second name"),
        Field("TITLE", title="Title"),
        Field("EMAIL", title="E-mail"),
        Field("LAST_LOGIN", "datetime", "Last login", read_only=True),
        Field("DATE_REGISTER", "datetime", "Registered", read_only=True),
        Field("TIME_ZONE", title="Time zone"),
        Field("IS_ONLINE", "char", "Online", default="N", read_only=True),
        Field("TIMESTAMP_X", "datetime", "Changed", read_only=True, shown=_LOST),
        Field("LAST_ACTIVITY_DATE", "datetime", "Last active", read_only=True, shown=_LOST),
        Field("PERSONAL_BIRTHDAY", "date", "Birthday"),
        Field("PERSONAL_PHOTO", "integer", "Photo"),
        *(Field(name, title=name.replace("_", " ").capitalize()) for name in _TEXTS),
        Field("UF_EMPLOYMENT_DATE", "date", "Employed since"),
        Field("UF_PHONE_INNER", title="Extension number"),
        Field("UF_DEPARTMENT", "integer", "Departments", multiple=True),
        Field("USER_TYPE", title="User type", default="employee", read_only=True),
        Field("ADMIN", "boolean", "Administrator", default="N", read_only=True, shown=_BOOLEAN),
    ],
)

_SCOPES = "user|user_basic|user_brief"

FAMILY = Family(
    "users",
    [
        Method("user.get", rules.get, _SCOPES),
        Method("user.search", rules.search, _SCOPES),
        Method("user.current", rules.current, _SCOPES),
        Method("user.fields", rules.fields, _SCOPES),
    ],
    prepare=lambda portal: rules.prepare(portal, USERS),
)
