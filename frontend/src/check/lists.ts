// The trust list and the list of revocations on this device: fetched when there is a network, kept when there is none.
import { parseTrust, TrustError, type TrustedKey } from "./keys.ts";
import { readRevocations, type Revocations } from "./verdict.ts";

const STORE = "oversite-check-lists";

export interface Lists {
  trusted: TrustedKey[];
  revoked: Revocations | null;
}

/** What is kept on this device; empty before the first fetch. */
export async function keptLists(trustUrl: string, revocationsUrl: string): Promise<Lists> {
  const store = await caches.open(STORE);
  const trust = await store.match(trustUrl);
  const revocations = await store.match(revocationsUrl);
  const trusted = trust ? await trustOf(await trust.text()) : [];
  return { trusted, revoked: revocations ? await readRevocations(await revocations.text(), trusted) : null };
}

/** Fetches both; what is not good, or older than what is kept, is not taken. Gives false without a network. */
export async function refreshLists(trustUrl: string, revocationsUrl: string): Promise<boolean> {
  try {
    const [trust, revocations] = await Promise.all([fetch(trustUrl), fetch(revocationsUrl)]);
    if (!trust.ok || !revocations.ok) return false;
    const [trustText, listText] = [await trust.text(), await revocations.text()];
    const trusted = await parseTrust(trustText);
    const fresh = await readRevocations(listText, trusted);
    const kept = await keptLists(trustUrl, revocationsUrl);
    if (!fresh || fresh.asOfMs < (kept.revoked?.asOfMs ?? 0)) return false;
    const store = await caches.open(STORE);
    await store.put(trustUrl, new Response(trustText));
    await store.put(revocationsUrl, new Response(listText));
    return true;
  } catch (error) {
    if (error instanceof TypeError || error instanceof TrustError) return false;
    throw error;
  }
}

async function trustOf(text: string): Promise<TrustedKey[]> {
  try {
    return await parseTrust(text);
  } catch (error) {
    if (error instanceof TrustError) return [];
    throw error;
  }
}
