"""``catalog.*``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from b24bridge.sandbox.methods import Family, Method
from b24bridge.sandbox.plain import prepare

from . import documents, images, kinds, prices, products, properties

if TYPE_CHECKING:
    from b24bridge.sandbox.portal import Portal

__all__ = ["FAMILY"]

_ALL = "add get list update delete getFields"
_KINDS = (
    ("catalog.catalog", kinds.CATALOGS, "get list getFields"),
    ("catalog.extra", kinds.EXTRAS, "get list getFields"),
    ("catalog.measure", kinds.MEASURES, _ALL),
    ("catalog.price", prices.PRICES, _ALL),
    ("catalog.priceType", kinds.PRICE_TYPES, _ALL),
    ("catalog.priceTypeGroup", kinds.PRICE_GROUPS, "add list delete getFields"),
    ("catalog.priceTypeLang", kinds.PRICE_TEXTS, _ALL),
    ("catalog.ratio", kinds.RATIOS, "get list getFields"),
    ("catalog.roundingRule", kinds.ROUNDING, _ALL),
    ("catalog.section", kinds.SECTIONS, _ALL),
    ("catalog.store", kinds.STORES, _ALL),
    ("catalog.storeproduct", kinds.STORE_PRODUCTS, "get list getFields"),
    ("catalog.vat", kinds.VATS, _ALL),
    ("catalog.productProperty", properties.PROPERTIES, _ALL),
    ("catalog.productPropertyEnum", properties.ENUMS, _ALL),
    ("catalog.productPropertyFeature", properties.FEATURES, "add get list update getFields"),
    ("catalog.productPropertySection", properties.SECTIONS, "list"),
    ("catalog.document", documents.DOCUMENTS, "add list update delete getFields"),
    ("catalog.document.element", documents.ROWS, "add list update delete getFields"),
    ("catalog.documentcontractor", documents.CONTRACTORS, "add list delete getFields"),
)
_PRODUCTS = (
    ("catalog.product", products.PRODUCTS),
    ("catalog.product.sku", products.SKUS),
    ("catalog.product.offer", products.OFFERS),
    ("catalog.product.service", products.SERVICES),
)
_HANDLERS = {
    "catalog.catalog.isOffers": kinds.catalog_is_offers,
    "catalog.enum.getRoundTypes": kinds.round_types,
    "catalog.enum.getStoreDocumentTypes": kinds.store_document_types,
    "catalog.price.modify": prices.modify,
    "catalog.priceTypeLang.getLanguages": kinds.languages,
    "catalog.productPropertyFeature.getAvailableFeaturesByProperty": properties.available_features,
    "catalog.productPropertySection.get": properties.get_section,
    "catalog.productPropertySection.set": properties.set_section,
    "catalog.document.fields": documents.outdated_fields(documents.DOCUMENTS),
    "catalog.document.element.fields": documents.outdated_fields(documents.ROWS),
    "catalog.document.conduct": documents.one_of(documents.conduct),
    "catalog.document.conductList": documents.listed_of(documents.conduct),
    "catalog.document.confirm": documents.one_of(documents.conduct),
    "catalog.document.cancel": documents.one_of(documents.cancel),
    "catalog.document.cancelList": documents.listed_of(documents.cancel),
    "catalog.document.unconfirm": documents.one_of(documents.cancel),
    "catalog.document.deleteList": documents.listed_of(documents.removed),
    "catalog.document.mode.status": documents.mode,
    "catalog.userfield.document.list": documents.user_fields,
    **images.METHODS,
}
_MEASURES = (
    (6, "m", "Meter"),
    (112, "l", "Liter"),
    (163, "g", "Gram"),
    (166, "kg", "Kilogram"),
    (796, "pcs", "Piece"),
)


def _prepare(portal: Portal) -> None:
    prepare(portal, *(kind.record for _, kind, _ in _KINDS if kind is not kinds.VATS))
    prepare(portal, products.VALUES, images.IMAGES)
    images.prepare_images(portal)
    # The CRM has described these tables; the catalogue has more columns.
    for kind in (*(kind for _, kind in _PRODUCTS), kinds.VATS):
        portal.store.ensure(kind.record.table, kind.record.columns())
    store = portal.store
    if store.setting("catalog") is not None:
        return
    first = {"IBLOCK_ID": 23, "ID": 23, "NAME": "CRM product catalog", "LID": "s1", "IBLOCK_TYPE_ID": 0}
    store.insert("catalog_catalogs", {**first, "SUBSCRIPTION": "N"})
    offers = {"IBLOCK_ID": 24, "ID": 24, "NAME": "CRM product catalog (variations)", "SKU_PROPERTY_ID": 97}
    store.insert("catalog_catalogs", {**first, **offers, "PRODUCT_IBLOCK_ID": 23, "SUBSCRIPTION": "N"})
    for code, symbol, title in _MEASURES:
        values = {
            "CODE": code,
            "SYMBOL": symbol,
            "MEASURE_TITLE": title,
            "IS_DEFAULT": "Y" if code == 796 else "N",
        }
        store.insert("catalog_measures", values)
    base = {"NAME": "BASE", "XML_ID": "BASE", "BASE": "Y", "SORT": 100, "CREATED_BY": 1, "MODIFIED_BY": 1}
    store.insert("catalog_price_types", base)
    store.insert("catalog_stores", {"ADDRESS": "-", "TITLE": "Main", "ACTIVE": "Y", "SORT": 100})
    store.keep("catalog", True)


FAMILY = Family(
    "catalog",
    [
        *(method for prefix, kind, verbs in _KINDS for method in kind.methods(prefix, verbs)),
        *(method for prefix, kind in _PRODUCTS for method in kind.products(prefix)),
        *(Method(name, handler, "catalog", listed=False) for name, handler in _HANDLERS.items()),
    ],
    prepare=_prepare,
)
