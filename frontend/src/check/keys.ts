// The trust list of `oversite trust export`, made ready for WebCrypto.
import { hex } from "./cbor.ts";

export interface TrustedKey {
  name: string;
  fingerprint: string;
  algorithm: number;
  key: CryptoKey;
  beginsMs: number;
  endsMs: number;
  isRevoked: boolean;
}

export class TrustError extends Error {}

const KINDS: Record<string, { id: number; params: EcKeyImportParams | AlgorithmIdentifier }> = {
  "ecdsa-p256": { id: -7, params: { name: "ECDSA", namedCurve: "P-256" } },
  ed25519: { id: -8, params: { name: "Ed25519" } },
};

/** Reads a list; keys of a kind this browser cannot check with are left out. Throws `TrustError`. */
export async function parseTrust(text: string): Promise<TrustedKey[]> {
  const rows = rowsOf(text);
  const found: TrustedKey[] = [];
  for (const row of rows) {
    const kind = KINDS[String(row["algorithm"])];
    if (!kind) continue;
    const der = derOf(String(row["public_key"]));
    const fingerprint = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", der)));
    if (fingerprint !== row["fingerprint"]) throw new TrustError("a fingerprint is not that of its key");
    try {
      const key = await crypto.subtle.importKey("spki", der, kind.params, false, ["verify"]);
      found.push({ name: String(row["name"]), fingerprint, algorithm: kind.id, key, ...periodOf(row) });
    } catch {
      continue;
    }
  }
  return found;
}

/** From when until when the key was to sign, and whether it was revoked; without bounds where the list has none. */
function periodOf(row: Record<string, unknown>): Pick<TrustedKey, "beginsMs" | "endsMs" | "isRevoked"> {
  return {
    beginsMs: instantMs(row["begins_at"], -Infinity),
    endsMs: instantMs(row["ends_at"], Infinity),
    isRevoked: row["revoked_at"] !== undefined && row["revoked_at"] !== null,
  };
}

function instantMs(value: unknown, without: number): number {
  if (value === undefined || value === null) return without;
  const ms = typeof value === "string" ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw new TrustError("a period that is no time");
  return ms;
}

/** Whether `signature` (COSE form) is that of the key. */
export async function isSignedBy(key: TrustedKey, content: Uint8Array<ArrayBuffer>, signature: Uint8Array): Promise<boolean> {
  const params = key.algorithm === -7 ? { name: "ECDSA", hash: "SHA-256" } : { name: "Ed25519" };
  return crypto.subtle.verify(params, key.key, Uint8Array.from(signature), content);
}

function rowsOf(text: string): Record<string, unknown>[] {
  try {
    const content: unknown = JSON.parse(text);
    if (content && typeof content === "object" && "oversite_trust" in content && "keys" in content) {
      if (content.oversite_trust === 1 && Array.isArray(content.keys)) return content.keys as Record<string, unknown>[];
    }
  } catch {
    // said below
  }
  throw new TrustError("not a list of trusted keys");
}

function derOf(pem: string): Uint8Array<ArrayBuffer> {
  const body = /-----BEGIN PUBLIC KEY-----([\s\S]+)-----END PUBLIC KEY-----/.exec(pem)?.[1];
  try {
    return Uint8Array.from(atob((body ?? "").replaceAll(/\s/g, "")), (character) => character.charCodeAt(0));
  } catch {
    throw new TrustError("a key is no PEM");
  }
}
