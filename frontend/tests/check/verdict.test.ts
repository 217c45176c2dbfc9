import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { CarrierError, fromBase64Url, parseText } from "../../src/check/carrier.ts";
import { CborError, decode } from "../../src/check/cbor.ts";
import { parseTrust, TrustError } from "../../src/check/keys.ts";
import { check, readRevocations } from "../../src/check/verdict.ts";

interface Shared {
  now: string;
  trust: unknown;
  revocations: string;
  foreign_revocations: string;
  codes: { text: string; verdict: string }[];
}

interface SharedKeys {
  now: string;
  trust: unknown;
  revocations: string;
  revocations_of_ended_key: string;
  refused_revocations: { why: string; text: string }[];
  codes: { why: string; text: string; verdict: string }[];
}

// judged by the command line too: tests/domains/quarantine/certificates/proof/test_shared_codes.py
const shared = JSON.parse(readFileSync(new URL("codes.json", import.meta.url), "utf8")) as Shared;
const nowMs = Date.parse(shared.now);
const trusted = await parseTrust(JSON.stringify(shared.trust));

test("every code is judged as the command line judges it", async () => {
  const revoked = await readRevocations(shared.revocations, trusted);
  assert.ok(revoked);
  for (const { text, verdict } of shared.codes) {
    assert.equal((await check(text, trusted, revoked, nowMs)).verdict, verdict, text.slice(0, 60));
  }
});

test("a key that ended vouches for what it signed before, a revoked one for nothing", async () => {
  const keys = JSON.parse(readFileSync(new URL("keys.json", import.meta.url), "utf8")) as SharedKeys;
  const ring = await parseTrust(JSON.stringify(keys.trust));
  for (const list of [keys.revocations, keys.revocations_of_ended_key]) {
    const revoked = await readRevocations(list, ring);
    assert.ok(revoked);
    for (const { why, text, verdict } of keys.codes) {
      assert.equal((await check(text, ring, revoked, Date.parse(keys.now))).verdict, verdict, why);
    }
  }
  for (const { why, text } of keys.refused_revocations) assert.equal(await readRevocations(text, ring), null, why);
});

test("without a list of revocations nothing is called genuine", async () => {
  const [first] = shared.codes;
  const finding = await check(first?.text ?? "", trusted, null, nowMs);
  assert.equal(finding.verdict, "unchecked");
  assert.equal(finding.facts["goods"], "罗氏沼虾（虾苗）");
});

test("no character of a code can change", async () => {
  const revoked = await readRevocations(shared.revocations, trusted);
  const text = shared.codes[0]?.text ?? "";
  for (let at = 0; at < text.length; at += 1) {
    const other = text[at] === "A" ? "B" : "A";
    const { verdict } = await check(text.slice(0, at) + other + text.slice(at + 1), trusted, revoked, nowMs);
    assert.ok(["altered", "unreadable", "unknown-key"].includes(verdict), `${at}: ${verdict}`);
  }
});

test("a list that is changed, or signed by somebody else, is not taken", async () => {
  assert.equal(await readRevocations(shared.foreign_revocations, trusted), null);
  assert.equal(await readRevocations(shared.revocations.slice(0, -4) + "AAAA", trusted), null);
  assert.equal(await readRevocations("hello", trusted), null);
  assert.equal(await readRevocations(shared.codes[0]?.text.split("/c/")[1] ?? "", trusted), null);
});

test("only the deterministic form of CBOR is read", () => {
  const refused = ["", "1801", "190017", "5f41614100ff", "a2020001 00", "a201000100", "81", "f6", "fb3ff0000000000000", "0000"];
  for (const text of refused) {
    const data = Uint8Array.from(text.replaceAll(" ", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    assert.throws(() => decode(data), CborError, text);
  }
  assert.deepEqual(decode(Uint8Array.of(0xa1, 0x01, 0x18, 0x18)), new Map([[1, 24]]));
});

test("base64url has one form", () => {
  assert.deepEqual([...fromBase64Url("AQ")], [1]);
  for (const text of ["AR", "A", "AQ==", "A+", " AQ"]) assert.throws(() => fromBase64Url(text), CarrierError);
  assert.throws(() => parseText("https://example.cn/d/AQ"), CarrierError);
});

test("a trust list whose fingerprint is not that of its key is refused", async () => {
  const text = JSON.stringify(shared.trust).replace(/"fingerprint":"./, '"fingerprint":"x');
  await assert.rejects(parseTrust(text), TrustError);
  await assert.rejects(parseTrust("{}"), TrustError);
});
