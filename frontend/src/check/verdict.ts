// Judging a code without a network, by the trust list and the list of revocations: the same judgement as
// `oversite certificate verify`.
import { CarrierError, fromBase64Url, parseText } from "./carrier.ts";
import { type Cbor, CborError, decode, encodeSigned, hex } from "./cbor.ts";
import { isSignedBy, type TrustedKey } from "./keys.ts";

export type Verdict =
  | "genuine"
  | "unchecked"
  | "void"
  | "replaced"
  | "expired"
  | "not-yet-valid"
  | "unknown-key"
  | "key-revoked"
  | "key-period"
  | "altered"
  | "unreadable";

export type Facts = Record<string, string | number>;

export interface Finding {
  verdict: Verdict;
  facts: Facts;
  address: string;
  keyName: string;
}

export interface Revocations {
  asOfMs: number;
  nextMs: number;
  keyIds: ReadonlySet<string>;
  fates: ReadonlyMap<string, number>;
}

const CLOCKS_APART_MS = 10 * 60_000;
const NAMES = [
  "",
  "number",
  "kind",
  "issued_at",
  "valid_until",
  "owner",
  "goods",
  "quantity",
  "unit",
  "purpose",
  "origin",
  "destination",
  "vehicle",
  "veterinarian",
  "agency",
  "replaces",
] as const;
const REQUIRED = 8;
const NUMBERS: ReadonlySet<number> = new Set([2, 3, 4]);

interface Message {
  protectedBytes: Uint8Array;
  keyId: string;
  algorithm: number;
  payload: Uint8Array;
  signature: Uint8Array;
}

/** The verdict on the text of a code; never throws for a malformed one. Without revocations nothing is "genuine". */
export async function check(
  text: string,
  trusted: readonly TrustedKey[],
  revoked: Revocations | null,
  nowMs: number,
): Promise<Finding> {
  const nothing = { facts: {}, address: "", keyName: "" };
  let carried: ReturnType<typeof parseText>;
  let message: Message;
  try {
    carried = parseText(text);
    message = parseMessage(carried.message);
  } catch (error) {
    if (error instanceof CarrierError || error instanceof CborError) return { verdict: "unreadable", ...nothing };
    throw error;
  }
  const candidates = trusted.filter((key) => key.fingerprint.startsWith(message.keyId));
  if (candidates.length === 0) return { verdict: "unknown-key", ...nothing };
  const key = await signerOf(message, candidates, `oversite certificate ${carried.address}`);
  if (!key) return { verdict: "altered", ...nothing };
  const facts = parseFacts(message.payload);
  if (!facts) return { verdict: "unreadable", ...nothing };
  const spoilt = spoiltBy(key, Number(facts["issued_at"]) * 1000);
  if (spoilt) return { verdict: spoilt, ...nothing, keyName: key.name };
  const covered = revoked && candidates.some((each) => revoked.keyIds.has(each.fingerprint.slice(0, 16)));
  const verdict = standing(facts, covered ? revoked : null, nowMs);
  return { verdict, facts, address: carried.address, keyName: key.name };
}

/** A signed list of revocations; null where it is malformed or its signature is not good. */
export async function readRevocations(text: string, trusted: readonly TrustedKey[]): Promise<Revocations | null> {
  try {
    const message = parseMessage(fromBase64Url(text.trim()));
    const candidates = trusted.filter((key) => key.fingerprint.startsWith(message.keyId));
    const key = await signerOf(message, candidates, "oversite revocations");
    const found = key ? revocationsOf(decode(message.payload)) : null;
    return key && found && !spoiltBy(key, found.asOfMs) ? found : null;
  } catch (error) {
    if (error instanceof CarrierError || error instanceof CborError) return null;
    throw error;
  }
}

function parseMessage(data: Uint8Array): Message {
  const tagged = decode(data);
  if (!isTagged(tagged) || tagged.tag !== 18 || !Array.isArray(tagged.value)) throw new CborError("no COSE_Sign1");
  const [protectedBytes, unprotected, payload, signature] = tagged.value;
  const isWhole =
    tagged.value.length === 4 &&
    protectedBytes instanceof Uint8Array &&
    unprotected instanceof Map &&
    unprotected.size === 0 &&
    payload instanceof Uint8Array &&
    signature instanceof Uint8Array;
  if (!isWhole) throw new CborError("not the four parts of COSE_Sign1");
  const header = decode(protectedBytes);
  if (!(header instanceof Map)) throw new CborError("the protected header is no map");
  const algorithm = header.get(1);
  const keyId = header.get(4);
  if (typeof algorithm !== "number" || !(keyId instanceof Uint8Array) || keyId.length !== 8) {
    throw new CborError("no algorithm or key");
  }
  return { protectedBytes, keyId: hex(keyId), algorithm, payload, signature };
}

async function signerOf(
  message: Message,
  candidates: readonly TrustedKey[],
  purpose: string,
): Promise<TrustedKey | undefined> {
  const external = new TextEncoder().encode(purpose);
  const content = encodeSigned(["Signature1", message.protectedBytes, external, message.payload]);
  for (const key of candidates) {
    const fits = key.algorithm === message.algorithm && message.signature.length === 64;
    if (fits && (await isSignedBy(key, content, message.signature))) return key;
  }
  return undefined;
}

/** Why what a trusted key signed does not count: it was revoked, or was not to sign at the time that it says. */
function spoiltBy(key: TrustedKey, signedMs: number): "key-revoked" | "key-period" | null {
  if (key.isRevoked) return "key-revoked";
  const isInPeriod = signedMs >= key.beginsMs - CLOCKS_APART_MS && signedMs < key.endsMs + CLOCKS_APART_MS;
  return isInPeriod ? null : "key-period";
}

function parseFacts(payload: Uint8Array): Facts | null {
  let content: Cbor;
  try {
    content = decode(payload);
  } catch (error) {
    if (error instanceof CborError) return null;
    throw error;
  }
  if (!(content instanceof Map)) return null;
  const facts: Facts = {};
  for (const [index, name] of NAMES.entries()) {
    const value = content.get(index);
    if (index === 0 || (value === undefined && index > REQUIRED)) continue;
    if (typeof value !== (NUMBERS.has(index) ? "number" : "string")) return null;
    facts[name] = value as string | number;
  }
  return facts;
}

function standing(facts: Facts, revoked: Revocations | null, nowMs: number): Verdict {
  const fate = revoked?.fates.get(String(facts["number"]));
  if (fate === 2) return "replaced";
  if (fate !== undefined) return "void";
  if (nowMs > Number(facts["valid_until"]) * 1000) return "expired";
  if (nowMs < Number(facts["issued_at"]) * 1000 - CLOCKS_APART_MS) return "not-yet-valid";
  return revoked ? "genuine" : "unchecked";
}

function revocationsOf(content: Cbor): Revocations | null {
  if (!(content instanceof Map)) return null;
  const [asOf, next, ids, rows] = [1, 2, 3, 4].map((key) => content.get(key));
  if (typeof asOf !== "number" || typeof next !== "number" || !Array.isArray(ids) || !Array.isArray(rows)) return null;
  const fates = new Map<string, number>();
  for (const row of rows) {
    if (!Array.isArray(row) || typeof row[0] !== "string" || typeof row[1] !== "number") return null;
    fates.set(row[0], row[1]);
  }
  const keyIds = new Set<string>();
  for (const id of ids) {
    if (!(id instanceof Uint8Array)) return null;
    keyIds.add(hex(id));
  }
  return keyIds.size > 0 ? { asOfMs: asOf * 1000, nextMs: next * 1000, keyIds, fates } : null;
}

function isTagged(value: Cbor): value is { tag: number; value: Cbor } {
  return typeof value === "object" && "tag" in value;
}
