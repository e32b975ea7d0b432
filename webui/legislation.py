"""A circular (公文) as schema.org Legislation, for machines that read pages (元数据)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from search.standing import Validity

if TYPE_CHECKING:
    from corpus.model import Circular
    from search.standing import Standing

# schema.org knows three; of what is not known, nothing is said.
_FORCE: Final = {
    Validity.IN_FORCE: "InForce",
    Validity.AMENDED: "PartiallyInForce",
    Validity.NOT_YET: "NotInForce",
    Validity.EXPIRED: "NotInForce",
    Validity.REPEALED: "NotInForce",
}


def describe_legislation(
    circular: Circular, title: str, address: str, standing: Standing
) -> dict[str, Any]:
    """Return the JSON-LD of a circular that stands at an address; what is not known is left out."""
    force = _FORCE.get(standing.validity, "")
    described: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Legislation",
        "@id": address,
        "url": address,
        "name": title,
        "inLanguage": "zh-CN",
        "legislationIdentifier": str(circular.number or ""),
        "legislationType": circular.kind,
        "legislationDate": circular.date_signed.isoformat() if circular.date_signed else "",
        "datePublished": circular.date_published.isoformat() if circular.date_published else "",
        "legislationPassedBy": [
            {"@type": "GovernmentOrganization", "name": name} for name in circular.issuers
        ],
        "legislationJurisdiction": circular.region,
        "legislationLegalForce": f"https://schema.org/{force}" if force else "",
    }
    return {key: value for key, value in described.items() if value}
