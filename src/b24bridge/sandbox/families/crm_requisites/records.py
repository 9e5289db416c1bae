"""Details, banks, presets, links and addresses as ``*.fields`` describes them."""

from __future__ import annotations

from b24bridge.sandbox.records import Field, Record, parse_fields

__all__ = ["ADDRESSES", "BANKS", "DETAILS", "LINKS", "PRESETS", "PRESET_FIELDS"]

_WHO_AND_WHEN = """
    DATE_CREATE datetime o Created on
    DATE_MODIFY datetime o Modified on
    CREATED_BY_ID user o Created by
    MODIFY_BY_ID user o Modified by
"""
_DETAIL_TEXTS = """RQ_NAME RQ_FIRST_NAME RQ_LAST_NAME RQ_SECOND_NAME RQ_COMPANY_ID RQ_COMPANY_NAME
    RQ_COMPANY_FULL_NAME RQ_COMPANY_REG_DATE RQ_DIRECTOR RQ_ACCOUNTANT RQ_CEO_NAME RQ_CEO_WORK_POS RQ_CONTACT
    RQ_EMAIL RQ_PHONE RQ_FAX RQ_IDENT_TYPE RQ_IDENT_DOC RQ_IDENT_DOC_SER RQ_IDENT_DOC_NUM
    RQ_IDENT_DOC_PERS_NUM RQ_IDENT_DOC_DATE RQ_IDENT_DOC_ISSUED_BY RQ_IDENT_DOC_DEP_CODE RQ_INN RQ_KPP
    RQ_USRLE RQ_IFNS RQ_OGRN RQ_OGRNIP RQ_OKPO RQ_OKTMO RQ_OKVED RQ_EDRPOU RQ_DRFO RQ_KBE RQ_IIN RQ_BIN
    RQ_ST_CERT_SER RQ_ST_CERT_NUM RQ_ST_CERT_DATE RQ_VAT_ID RQ_VAT_CERT_SER RQ_VAT_CERT_NUM
    RQ_VAT_CERT_DATE RQ_RESIDENCE_COUNTRY RQ_BASE_DOC RQ_REGON RQ_KRS RQ_PESEL RQ_LEGAL_FORM RQ_SIRET
    RQ_SIREN RQ_CAPITAL RQ_RCS RQ_CNPJ RQ_STATE_REG RQ_MNPL_REG RQ_CPF"""
_BANK_TEXTS = """RQ_BANK_NAME RQ_BANK_CODE RQ_BANK_ADDR RQ_BANK_ROUTE_NUM RQ_BIK RQ_MFO RQ_ACC_NAME RQ_ACC_NUM
    RQ_ACC_TYPE RQ_IIK RQ_ACC_CURRENCY RQ_COR_ACC_NUM RQ_IBAN RQ_SWIFT RQ_BIC RQ_CODEB RQ_CODEG RQ_RIB
    RQ_AGENCY_NAME"""


def _texts(names: str) -> list[Field]:
    return [
        Field(name, "crm_status", _title(name), facts={"statusType": ["RQ_IDENT_TYPE_CO"]})
        if name == "RQ_IDENT_TYPE"
        else Field(name, "string", _title(name))
        for name in names.split()
    ]


def _title(name: str) -> str:
    return name.removeprefix("RQ_").replace("_", " ").capitalize()


DETAILS = Record(
    "crm_requisites",
    [
        *parse_fields(
            f"""
            ID integer o ID
            ENTITY_TYPE_ID integer ri Entity type
            ENTITY_ID integer ri Entity
            PRESET_ID integer r Template
            {_WHO_AND_WHEN}
            NAME string r Name
            CODE string . Symbolic code
            XML_ID string . External ID
            ORIGINATOR_ID string . External source
            ACTIVE char:Y . Active
            ADDRESS_ONLY char:N . Address only
            SORT integer:500 . Sorting
            """
        ),
        *_texts(_DETAIL_TEXTS),
        Field("RQ_VAT_PAYER", "char", "Vat payer"),
    ],
    ("ENTITY_ID",),
)
BANKS = Record(
    "crm_bank_details",
    [
        *parse_fields(
            f"""
            ID integer o ID
            ENTITY_ID integer ri Details
            COUNTRY_ID integer . Country
            {_WHO_AND_WHEN}
            NAME string r Name
            CODE string . Symbolic code
            XML_ID string . External ID
            ORIGINATOR_ID string . External source
            ACTIVE char:Y . Active
            SORT integer:500 . Sorting
            """
        ),
        *_texts(_BANK_TEXTS),
        Field("COMMENTS", title="Comments"),
    ],
    ("ENTITY_ID",),
)
PRESETS = Record(
    "crm_requisite_presets",
    parse_fields(
        f"""
        ID integer o ID
        ENTITY_TYPE_ID integer ri Entity type
        COUNTRY_ID integer r Country
        {_WHO_AND_WHEN}
        NAME string r Name
        ACTIVE char:Y . Active
        SORT integer:500 . Sorting
        XML_ID string . External ID
        """
    ),
)
PRESET_FIELDS = Record(
    "crm_requisite_preset_fields",
    parse_fields("""
        ID integer o ID
        PRESET_ID integer o
        NUMBER integer o
        FIELD_NAME string r Name
        FIELD_TITLE string . Template Name
        SORT integer:500 . Sorting
        IN_SHORT_LIST char:N . Show in brief list
    """),
    ("PRESET_ID",),
)
LINKS = Record(
    "crm_requisite_links",
    parse_fields("""
        ID integer o
        ENTITY_TYPE_ID integer ri Object type ID
        ENTITY_ID integer ri Object ID
        REQUISITE_ID integer r Link to details
        BANK_DETAIL_ID integer r Link to bank details
        MC_REQUISITE_ID integer r Link to my company's details
        MC_BANK_DETAIL_ID integer r Link to my company's bank details
    """),
)
ADDRESSES = Record(
    "crm_addresses",
    parse_fields("""
        ID integer o
        TYPE_ID integer ri Address type
        ENTITY_TYPE_ID integer ri Entity type
        ENTITY_ID integer ri Entity
        ADDRESS_1 string . Street, house no.
        ADDRESS_2 string . Apartment, office
        CITY string . City
        POSTAL_CODE string . Zip
        REGION string . Region
        PROVINCE string . State or province
        COUNTRY string . Country
        COUNTRY_CODE string . Country code
        LOC_ADDR_ID integer . Location address ID
        ANCHOR_TYPE_ID integer o Parent entity type
        ANCHOR_ID integer o Parent entity
    """),
    ("ENTITY_ID",),
)
