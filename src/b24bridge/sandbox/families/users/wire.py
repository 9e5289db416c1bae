"""Fields and methods of ``user.*`` (section 4.3 and the row ``user.get`` of section 2.8)."""

from __future__ import annotations

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.records import Field, Record, parse_fields

from . import rules, writes

__all__ = ["FAMILY", "USERS"]

_MORE = """
    PERSONAL_GENDER string . Gender
    PERSONAL_PROFESSION string . Profession
    PERSONAL_WWW string . Homepage
    PERSONAL_ICQ string . ICQ
    PERSONAL_PHONE string . Personal Phone
    PERSONAL_FAX string . Fax
    PERSONAL_MOBILE string . Personal Mobile
    PERSONAL_PAGER string . Pager
    PERSONAL_STREET string . Residential Street
    PERSONAL_CITY string . Residential City
    PERSONAL_STATE string . State / Region
    PERSONAL_ZIP string . Zip Code
    PERSONAL_COUNTRY string . Country
    PERSONAL_MAILBOX string . P.O. Box
    PERSONAL_NOTES string . Additional Notes
    WORK_PHONE string . Company Phone
    WORK_COMPANY string . Company
    WORK_POSITION string . Job Title
    WORK_DEPARTMENT string . Department
    WORK_WWW string . Company Website
    WORK_FAX string . WORK_FAX
    WORK_PAGER string . WORK_PAGER
    WORK_STREET string . WORK_STREET
    WORK_MAILBOX string . WORK_MAILBOX
    WORK_CITY string . Work City
    WORK_STATE string . WORK_STATE
    WORK_ZIP string . WORK_ZIP
    WORK_COUNTRY string . WORK_COUNTRY
    WORK_PROFILE string . WORK_PROFILE
    WORK_LOGO string . WORK_LOGO
    WORK_NOTES string . WORK_NOTES
    UF_SKYPE_LINK string . Skype Chat Link
    UF_ZOOM string . Zoom
    UF_EMPLOYMENT_DATE date . Hire Date
    UF_TIMEMAN string . Time Tracking
    UF_DEPARTMENT integer* . Units
    UF_INTERESTS string . Interests
    UF_SKILLS string . Skills
    UF_WEB_SITES string . Other Websites
    UF_XING string . Xing
    UF_LINKEDIN string . LinkedIn
    UF_TWITTER string . Twitter
    UF_SKYPE string . Skype
    UF_DISTRICT string . District
    UF_PHONE_INNER string . Extension
"""

# The portal prints these two as empty objects.
_LOST = "CASE WHEN {} IS NULL THEN NULL ELSE json_object() END"
_BOOLEAN = "json(CASE {} WHEN 'Y' THEN 'true' ELSE 'false' END)"

USERS = Record(
    "users",
    [
        Field("ID", "integer", "ID", read_only=True),
        Field("XML_ID", title="External code"),
        Field("ACTIVE", "boolean", "Activity", default="Y", shown=_BOOLEAN),
        Field("NAME", title="First Name"),
        Field("LAST_NAME", title="Last Name"),
        Field("SECOND_NAME", title="Middle Name"),
        Field("TITLE", title="User List"),
        Field("EMAIL", title="E-Mail"),
        Field("LAST_LOGIN", "datetime", "Last Authorization", read_only=True),
        Field("DATE_REGISTER", "datetime", "Registration Date", read_only=True),
        Field("TIME_ZONE"),
        Field("IS_ONLINE", "char", default="N", read_only=True),
        Field("TIMESTAMP_X", "datetime", read_only=True, shown=_LOST),
        Field("LAST_ACTIVITY_DATE", "datetime", read_only=True, shown=_LOST),
        Field("PERSONAL_BIRTHDAY", "date", "Date of Birth"),
        Field("PERSONAL_PHOTO", "integer", "Photo"),
        *parse_fields(_MORE),
        Field("USER_TYPE", default="employee", read_only=True),
        Field("ADMIN", "boolean", "Administrator", read_only=True, shown=_BOOLEAN),
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
        Method("user.add", writes.add, "user"),
        Method("user.update", writes.update, "user"),
    ],
    prepare=lambda portal: rules.prepare(portal, USERS),
)
