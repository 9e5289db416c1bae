"""Fields and methods of workgroups (documentation, pages "sonet_group.*" and "socialnetwork.api.*")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare
from b24bridge.sandbox.records import Record, parse_fields

from . import members, rules, workgroups

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY", "GROUPS", "MEMBERS"]

GROUPS = Record(
    "sonet_groups",
    parse_fields(
        """
        ID integer o ID
        SITE_ID string:s1 . Site
        NAME string r Name
        DESCRIPTION string . Description
        DATE_CREATE datetime o Created
        DATE_UPDATE datetime o Changed
        ACTIVE char:Y . Active
        VISIBLE char:Y . Visible
        OPENED char:N . Open
        CLOSED char:N . Archived
        SUBJECT_ID integer:1 . Subject
        OWNER_ID user . Owner
        KEYWORDS string . Keywords
        NUMBER_OF_MEMBERS integer:1 o Members
        DATE_ACTIVITY datetime o Last activity
        SUBJECT_NAME string:Workgroups o Subject
        PROJECT char:N . Project
        IS_EXTRANET char:N o Extranet
        IMAGE_ID integer o Image
        AVATAR_TYPE string . Avatar
        INITIATE_PERMS string:K . Who may invite
        SPAM_PERMS string:K . Who may send messages
        PROJECT_DATE_START date . Start
        PROJECT_DATE_FINISH date . Finish
        LANDING char:N . Landing
        SCRUM_MASTER_ID integer . Scrum master
        SCRUM_SPRINT_DURATION integer . Sprint
        """
    ),
)
MEMBERS = Record(
    "sonet_members",
    parse_fields(
        """
        ID integer o ID
        GROUP_ID integer . Group
        USER_ID user . User
        ROLE string . Role
        """
    ),
    ("GROUP_ID", "USER_ID"),
)


def _prepare(portal: Portal) -> None:
    prepare(portal, GROUPS, MEMBERS)


_SCOPE = "sonet_group|sonet"
_API = "socialnetwork|sonet|sonet_group"

FAMILY = Family(
    "workgroups",
    [
        Method("sonet_group.create", rules.create, _SCOPE),
        Method("sonet_group.get", rules.get, _SCOPE),
        Method("sonet_group.update", rules.update, _SCOPE),
        Method("sonet_group.delete", rules.delete, _SCOPE),
        Method("sonet_group.setowner", rules.set_owner, _SCOPE),
        Method("sonet_group.feature.access", rules.feature_access, _SCOPE),
        Method("sonet_group.user.get", members.get, _SCOPE),
        Method("sonet_group.user.groups", members.groups, _SCOPE),
        Method("sonet_group.user.add", members.add, _SCOPE),
        Method("sonet_group.user.invite", members.invite, _SCOPE),
        Method("sonet_group.user.request", members.request, _SCOPE),
        Method("sonet_group.user.update", members.update, _SCOPE),
        Method("sonet_group.user.delete", members.delete, _SCOPE),
        Method("socialnetwork.api.workgroup.get", workgroups.get, _API, listed=False),
        Method("socialnetwork.api.workgroup.list", workgroups.listed, _API, listed=False),
    ],
    prepare=_prepare,
)
