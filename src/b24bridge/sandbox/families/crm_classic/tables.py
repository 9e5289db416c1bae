"""Fields of leads, deals, contacts, companies and quotes (5.2, documentation pages ``crm.*.fields``).

``NAME=WIRE``: name in ``crm.item.*`` and in the classic methods, where they differ.
"""

from __future__ import annotations

__all__ = ["COMPANY", "CONTACT", "DEAL", "LEAD", "QUOTE"]

_WHO_AND_WHEN = """
    ASSIGNED_BY_ID user . Responsible
    CREATED_BY=CREATED_BY_ID user o Created By
    UPDATED_BY=MODIFY_BY_ID user o Modified By
    CREATED_TIME=DATE_CREATE datetime o Creation Date
    UPDATED_TIME=DATE_MODIFY datetime o Modification Date
    OPENED char:Y . Available to All
    COMMENTS string . Comment
    UTM_SOURCE string . Advertising System
    UTM_MEDIUM string . Traffic Type
    UTM_CAMPAIGN string . Campaign Identifier
    UTM_CONTENT string . Campaign Content
    UTM_TERM string . Campaign Search Condition
    LAST_ACTIVITY_TIME datetime o Last Activity
    LAST_ACTIVITY_BY user o Last Activity By
    OBSERVERS user* k Observers
"""
_ORIGIN = """
    ORIGINATOR_ID string . External Source
    ORIGIN_ID string . Identifier in External Source
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
    SOURCE_DESCRIPTION string . Additional Info about Source
"""
# What crm.item.* shows of phones and mail addresses beside the list ``fm``; Multifields keeps it up.
_REACHED = """
    HAS_PHONE char:N o Phone Set
    HAS_EMAIL char:N o E-mail Set
    HAS_IMOL char:N o Open Line Set
    PHONE_MOBILE string oku Mobile phone
    PHONE_WORK string oku Work phone
    PHONE_MAILING string oku Phone for mailings
    EMAIL_HOME string oku Private e-mail
    EMAIL_WORK string oku Work e-mail
    EMAIL_MAILING string oku E-mail for mailings
    SKYPE string oku Skype
    ICQ string oku ICQ
    IMOL string oku Open line
    EMAIL string oku E-mail
    PHONE string oku Phone
"""
_PERSON = """
    HONORIFIC crm_status/HONORIFIC . Salutation
    NAME string . First Name
    SECOND_NAME string . Middle Name
    LAST_NAME string . Last Name
    SHORT_NAME string oku Short Name
    BIRTHDATE date . Birthdate
    POST string . Position
    LOGIN string oku Login
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
_REGISTERED = """
    ADDRESS_LEGAL string c Legal Address
    REG_ADDRESS string c Legal Address
    REG_ADDRESS_2 string c Legal Address (line 2)
    REG_ADDRESS_CITY string c Legal Address City
    REG_ADDRESS_POSTAL_CODE string c Legal Address Postal Code
    REG_ADDRESS_REGION string c Legal Address Region
    REG_ADDRESS_PROVINCE string c Legal Address Province
    REG_ADDRESS_COUNTRY string c Legal Address Country
    REG_ADDRESS_COUNTRY_CODE string c Legal Address Country Code
    REG_ADDRESS_LOC_ADDR_ID integer c Legal Address Location ID
"""
# Columns that crm.item.* shows although nothing fills them.
_SHADOWS = """
    DATE_CREATE_SHORT string oku Creation Date
    DATE_MODIFY_SHORT string oku Modification Date
    SEARCH_CONTENT string oku Search content
    PRODUCT_ID string oku Product
"""

DEAL = (
    """
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
    CONTACT_IDS crm_contact* h Contacts
    QUOTE_ID crm_quote o Estimate
    LEAD_ID crm_lead o Lead
    BEGINDATE date . Start Date
    CLOSEDATE date . Close Date
    CLOSED char:N . Closed
    ADDITIONAL_INFO string . Additional Information
    LOCATION_ID location . Location
    WEBFORM_ID integer:0 k Created by CRM form
    BEGINDATE_SHORT string oku Start Date
    CLOSEDATE_SHORT string oku Close Date
    EVENT_DATE string oku Event Date
    EVENT_DATE_SHORT string oku Event Date
    EVENT_ID string oku Event
    EVENT_DESCRIPTION string oku Event Description
    ORDER_STAGE string oku Order Stage
    IS_WORK string oku In work
    IS_WON string oku Won
    IS_LOSE string oku Lost
    RECEIVED_AMOUNT string oku Received
    LOST_AMOUNT string oku Lost Amount
    HAS_PRODUCTS string oku Has products
"""
    + _SOURCE
    + _MONEY
    + _MOVED
    + _ORIGIN
    + _SHADOWS
    + _WHO_AND_WHEN
)
LEAD = (
    """
    ID integer o ID
    TITLE string . Lead Title
    COMPANY_TITLE string . Company Name
    COMPANY_ID crm_company . Company
    CONTACT_ID crm_contact . Contact
    CONTACT_IDS crm_contact* h Contacts
    STAGE_ID=STATUS_ID crm_status/STATUS:NEW . Stage
    STATUS_DESCRIPTION string . Stage Description
    STAGE_SEMANTIC_ID=STATUS_SEMANTIC_ID string:P o Status Semantic
    IS_RETURN_CUSTOMER char:N o Returning Lead
    DATE_CLOSED datetime o Closing Date
    IS_CONVERT string oku Converted
    WEBFORM_ID integer:0 k Created by CRM form
"""
    + _PERSON
    + _SOURCE
    + _MONEY
    + _MOVED
    + _REACHED
    + _ADDRESS
    + _ORIGIN
    + _SHADOWS
    + _WHO_AND_WHEN
)
CONTACT = (
    """
    ID integer o ID
    PHOTO file . Photo
    TYPE_ID crm_status/CONTACT_TYPE . Contact Type
    EXPORT char:Y . Participates in Contact Export
    COMPANY_ID crm_company . Company
    COMPANY_IDS crm_company* h Companies
    LEAD_ID crm_lead o Lead
    FACE_ID integer . Face
    ORIGIN_VERSION string . Original Version
    CATEGORY_ID crm_category:0 k Category
"""
    + _PERSON
    + _SOURCE
    + _REACHED
    + _ADDRESS
    + _ORIGIN
    + _WHO_AND_WHEN
)
COMPANY = (
    """
    ID integer o ID
    TITLE string r Company Name
    TYPE_ID=COMPANY_TYPE crm_status/COMPANY_TYPE . Company Type
    LOGO file . Logo
    INDUSTRY crm_status/INDUSTRY . Industry
    EMPLOYEES crm_status/EMPLOYEES . Number of Employees
    REVENUE double:0 . Annual Revenue
    CURRENCY_ID crm_currency:RUB . Currency
    BANKING_DETAILS string . Banking Details
    IS_MY_COMPANY char:N . My Company
    CONTACT_IDS=CONTACT_ID crm_contact* h Contact
    LEAD_ID crm_lead o Lead
    ORIGIN_VERSION string . Original Version
    LAST_COMMUNICATION_TIME string ou Last Communication Date
    CATEGORY_ID crm_category:0 k Category
"""
    + _REACHED
    + _ADDRESS
    + _REGISTERED
    + _ORIGIN
    + _WHO_AND_WHEN
)
QUOTE = (
    """
    ID integer o ID
    QUOTE_NUMBER string . Number
    TITLE string . Title
    STAGE_ID=STATUS_ID crm_status/QUOTE_STATUS . Status
    STAGE_SEMANTIC_ID string:P ok Status Group
    CLOSED char:N o Closed
    TAX_VALUE double:0 . Tax
    COMPANY_ID crm_company . Company
    MYCOMPANY_ID crm_company . My Company
    CONTACT_ID crm_contact . Contact
    CONTACT_IDS crm_contact* h Contacts
    LEAD_ID crm_lead . Lead
    DEAL_ID crm_deal . Deal
    BEGINDATE date . Issue Date
    CLOSEDATE date . Close Date
    ACTUAL_DATE date . Valid Until
    CONTENT string . Content
    TERMS string . Terms
    PERSON_TYPE_ID integer . Payer Type
    LOCATION_ID location . Location
    CLIENT_TITLE string . Client Title
    CLIENT_ADDR string . Client Address
    CLIENT_CONTACT string . Client Contact
    CLIENT_EMAIL string . Client E-mail
    CLIENT_PHONE string . Client Phone
    CLIENT_TP_ID string . Client Tax Number
    CLIENT_TPA_ID string . Client Tax Registration Code
    LAST_COMMUNICATION_TIME string o Last Communication Date
    WEBFORM_ID integer:0 k Created by CRM form
    CURRENCY_ID crm_currency:RUB . Currency
    OPPORTUNITY double:0 . Amount
"""
    + _WHO_AND_WHEN
)
