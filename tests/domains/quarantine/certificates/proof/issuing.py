"""A small issuer for tests: claims, key, trust and revocations, without an installation."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oversite.common.signing import Algorithm, FileSigner, open_signer, trusted_key
from oversite.domains.quarantine.certificates.proof import carrier, cose
from oversite.domains.quarantine.certificates.proof.carrier import Carried
from oversite.domains.quarantine.certificates.proof.claims import Claims, Kind
from oversite.domains.quarantine.certificates.proof.revocations import Fate, Revocations, revocations_text
from oversite.domains.quarantine.certificates.proof.verification import Keyring

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
ADDRESS = "https://check.example.gov.cn/c/"
CLAIMS = Claims(
    number="3200000123",
    kind=Kind.ANIMAL_A,
    issued_at=NOW - timedelta(hours=1),
    valid_until=NOW + timedelta(days=4),
    owner="扬州市江都区邵伯湖罗氏沼虾苗种场",
    goods="罗氏沼虾（虾苗）",
    quantity="1200000",
    unit="尾",
    purpose="养殖",
    origin="江苏省扬州市江都区邵伯镇",
    destination="浙江省湖州市南浔区菱湖镇养殖场",
    vehicle="苏K12345",
    veterinarian="王检疫",
    agency="扬州市江都区动物卫生监督所",
)


@dataclass(frozen=True, slots=True)
class Issuer:
    """One key."""

    signer: FileSigner

    @classmethod
    def at(cls, folder: Path, algorithm: Algorithm = Algorithm.ECDSA_P256) -> "Issuer":
        return cls(open_signer(folder, "certificate", algorithm))

    @property
    def keyring(self) -> Keyring:
        return Keyring.of([trusted_key("certificate", self.signer)])

    def text(self, address: str = ADDRESS, **changes: object) -> str:
        """The text of a code."""
        claims = replace(CLAIMS, **changes)  # type: ignore[arg-type]
        return address + carrier.encode(cose.sign1(self.signer, bytes(claims), Carried(address, b"").external))

    def revocations(self, fates: dict[str, Fate], as_of: datetime = NOW) -> str:
        """A signed list."""
        ids = frozenset({cose.key_id(self.signer.fingerprint)})
        return revocations_text(Revocations(as_of, as_of + timedelta(days=1), ids, fates), self.signer)
