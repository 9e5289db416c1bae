"""Permissions that a portal knows (documentation, page "Available scopes"), used here or not."""

from __future__ import annotations

__all__ = ["SCOPES"]

_NAMES = """
    ai_admin appform baas biconnector bizproc booking calendar calendarmobile call cashbox catalog
    catalogmobile configuration.import contact_center crm delivery department disk documentgenerator
    entity forum humanresources humanresources.hcmlink iblock im im.import imbot imconnector
    imopenlines intranet landing landing_cloud lists log mailservice main messageservice mobile
    notifications pay_system placement pull pull_channel rating rest rpa sale salescenter sign.b2e
    smile socialnetwork sonet_group task tasks tasks_extended tasksmobile telephony timeman user
    user.userfield user_basic user_brief userconsent userfieldconfig vote
"""

SCOPES = frozenset(_NAMES.split())
