"""Fields of deals, leads, contacts and companies, and their classic methods (4.1, 5.2)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from b24bridge.sandbox.entities import Entity
from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.multifields import Multifields
from b24bridge.sandbox.records import Record, parse_fields

from . import rules, writes

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_WHO_AND_WHEN = """
    ASSIGNED_BY_ID user . Responsible
    CREATED_BY=CREATED_BY_ID user o Created By
    UPDATED_BY=MODIFY_BY_ID user o Modified By
    CREATED_TIME=DATE_CREATE datetime o Creation Date
    UPDATED_TIME=DATE_MODIFY datetime o Modification Date
    OPENED char:Y . Available to All
    COMMENTS text . Comment
    ORIGINATOR_ID string . External Source
    ORIGIN_ID string . Identifier in External Source
    UTM_SOURCE string . Advertising System
    UTM_MEDIUM string . Traffic Type
    UTM_CAMPAIGN string . Campaign Identifier
    UTM_CONTENT string . Campaign Content
    UTM_TERM string . Campaign Search Condition
    LAST_ACTIVITY_TIME datetime o Last Activity
    LAST_ACTIVITY_BY user o Last Activity By
    OBSERVERS user* k Observers
"""
_MONEY = """
    CURRENCY_ID crm_currency:RUB . Currency
    OPPORTUNITY double:0 . Amount
    IS_MANUAL_OPPORTUNITY char:N . Amount is set by hand
"""
_MOVED = """
    MOVED_BY=MOVED_BY_ID user o Moved By
    MOVED_TIME datetime o Moved At
"""
_SOURCE = """
    SOURCE_ID crm_status/SOURCE . Source
    SOURCE_DESCRIPTION text . Additional Info about Source
"""
_REACHED = """
    HAS_PHONE char:N o Phone Set
    HAS_EMAIL char:N o E-mail Set
    HAS_IMOL char:N o Open Line Set
"""
_PERSON = """
    HONORIFIC crm_status/HONORIFIC . Salutation
    NAME string . First Name
    SECOND_NAME string . Middle Name
    LAST_NAME string . Last Name
    BIRTHDATE date . Birthdate
    POST string . Position
"""
_ADDRESS = """
    ADDRESS string . Address
    ADDRESS_2 string c Address (Line 2)
    ADDRESS_CITY string c City
    ADDRESS_POSTAL_CODE string c Postal Code
    ADDRESS_REGION string c Region
    ADDRESS_PROVINCE string c Province
    ADDRESS_COUNTRY string c Country
    ADDRESS_COUNTRY_CODE string c Country Code
    ADDRESS_LOC_ADDR_ID integer c Location Address ID
"""
_DEAL = """
    ID integer o ID
    TITLE string . Title
    TYPE_ID crm_status/DEAL_TYPE:SALE . Type
    CATEGORY_ID crm_category:0 i Sales Funnel
    STAGE_ID crm_status/DEAL_STAGE . Deal Stage
    STAGE_SEMANTIC_ID string:P o Stage Group
    IS_NEW char:N o New Deal
    IS_RECURRING char:N . Recurring Deal
    IS_RETURN_CUSTOMER char:N . Repeat Deal
    IS_REPEATED_APPROACH char:N . Repeated Approach
    PROBABILITY integer . Probability
    TAX_VALUE double:0 . Tax Rate
    COMPANY_ID crm_company . Company
    CONTACT_ID crm_contact . Contact
    CONTACT_IDS crm_contact* k Contacts
    QUOTE_ID crm_quote o Estimate
    LEAD_ID crm_lead o Lead
    BEGINDATE date . Start Date
    CLOSEDATE date . Close Date
    CLOSED char:N . Closed
    ADDITIONAL_INFO text . Additional Information
    LOCATION_ID location . Location
    WEBFORM_ID integer:0 k Created by CRM form
"""
_LEAD = """
    ID integer o ID
    TITLE string . Lead Title
    COMPANY_TITLE string . Company Name
    COMPANY_ID crm_company . Company
    CONTACT_ID crm_contact . Contact
    CONTACT_IDS crm_contact* k Contacts
    STAGE_ID=STATUS_ID crm_status/STATUS:NEW . Stage
    STATUS_DESCRIPTION text . Stage Description
    STAGE_SEMANTIC_ID=STATUS_SEMANTIC_ID string:P o Status Semantic
    IS_RETURN_CUSTOMER char:N o Returning Lead
    DATE_CLOSED datetime o Closing Date
    WEBFORM_ID integer:0 k Created by CRM form
"""
_CONTACT = """
    ID integer o ID
    PHOTO file . Photo
    TYPE_ID crm_status/CONTACT_TYPE . Contact Type
    EXPORT char:Y . Participates in Contact Export
    COMPANY_ID crm_company . Company
    COMPANY_IDS crm_company* k Companies
    LEAD_ID crm_lead o Lead
    ORIGIN_VERSION string . Original Version
    CATEGORY_ID crm_category:0 k Category
"""
_COMPANY = """
    ID integer o ID
    TITLE string r Company Name
    TYPE_ID=COMPANY_TYPE crm_status/COMPANY_TYPE . Company Type
    LOGO file . Logo
    INDUSTRY crm_status/INDUSTRY . Industry
    EMPLOYEES crm_status/EMPLOYEES . Number of Employees
    REVENUE double:0 . Annual Revenue
    CURRENCY_ID crm_currency:RUB . Currency
    BANKING_DETAILS text . Banking Details
    IS_MY_COMPANY char:N . My Company
    CONTACT_IDS crm_contact* k Contacts
    LEAD_ID crm_lead o Lead
    ORIGIN_VERSION string . Original Version
    ADDRESS_LEGAL string c Legal Address
    CATEGORY_ID crm_category:0 k Category
"""

# entityTypeId, name, fields, whether it has pipelines, whether it has phones and mail addresses
_KINDS = (
    (1, "LEAD", _LEAD + _PERSON + _SOURCE + _MONEY + _MOVED + _REACHED + _ADDRESS, False, True),
    (2, "DEAL", _DEAL + _SOURCE + _MONEY + _MOVED, True, False),
    (3, "CONTACT", _CONTACT + _PERSON + _SOURCE + _REACHED + _ADDRESS, True, True),
    (4, "COMPANY", _COMPANY + _REACHED + _ADDRESS, True, True),
)


def _entity(type_id: int, name: str, text: str, categories: bool, multifields: bool) -> Entity:
    indexes = ("STAGE_ID",) if "STAGE_ID" in text else ()
    record = Record(f"crm_{type_id}", parse_fields(text + _WHO_AND_WHEN), indexes)
    return Entity(
        type_id,
        record.view("controller"),
        f"CRM_{name}",
        name,
        has_categories=categories,
        classic=record.view("classic"),
        has_multifields=multifields,
    )


def _prepare(portal: Portal) -> None:
    Multifields.prepare(portal.store)
    for kind in _KINDS:
        portal.entities.declare(kind[0], partial(_entity, *kind))


FAMILY = Family(
    "crm_classic",
    [
        Method(f"crm.{name.lower()}.{verb}", partial(handler, type_id), "crm")
        for type_id, name, *_ in _KINDS
        for verb, handler in (
            ("add", writes.add),
            ("get", rules.get),
            ("list", rules.listed),
            ("update", writes.update),
            ("delete", writes.delete),
            ("fields", rules.fields),
        )
    ],
    prepare=_prepare,
)
