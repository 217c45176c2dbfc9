// Sends what waits on the device for one inspection: the draft, then the signatures on it, then the photographs.
import { answerOf, postJson, Problem } from "../http.ts";
import { merge, type Clash } from "./merge.ts";
import { drafts, forgetDraft, photos, signatures, type Draft, type Photo, type Values } from "./store.ts";

export interface Addresses {
  readonly key: string;
  readonly draft_url: string;
  readonly photo_url: string;
  readonly sign_url: string;
}

/** How the inspection stands at the server. */
interface Standing {
  readonly csrf: string;
  readonly user: number;
  readonly revision: number;
  readonly values: Values;
  readonly saved_by: string;
}

/** What came of it; everything that was not taken for good is still on the device. */
export type Outcome =
  | { readonly kind: "nothing" | "offline" | "signed-out" | "other-user" }
  | { readonly kind: "sent"; readonly revision: number; readonly values: Values; readonly refused: readonly string[] }
  | { readonly kind: "clash"; readonly clashes: readonly Clash[]; readonly by: string; readonly draft: Draft }
  | { readonly kind: "refused"; readonly message: string };

/** Sends all of it; never throws for a network that is gone. */
export async function send(at: Addresses, user: number): Promise<Outcome> {
  try {
    return await sendAll(at, user);
  } catch (error) {
    if (!(error instanceof Problem)) return { kind: "offline" };
    return error.status === 401 ? { kind: "signed-out" } : { kind: "refused", message: error.message };
  }
}

/** How much waits for an inspection. */
export async function waiting(key: string, user: number): Promise<{ drafts: number; photos: number; signatures: number }> {
  const count = (things: readonly { user: number }[]): number => things.filter((thing) => thing.user === user).length;
  const [draft, photo, signature] = await Promise.all([drafts.of(key), photos.of(key), signatures.of(key)]);
  return { drafts: count(draft), photos: count(photo), signatures: count(signature) };
}

async function sendAll(at: Addresses, user: number): Promise<Outcome> {
  const left = await waiting(at.key, user);
  if (left.drafts + left.photos + left.signatures === 0) return { kind: "nothing" };
  const standing = await standingOf(at.draft_url);
  if (standing === null) return { kind: "signed-out" };
  if (standing.user !== user) return { kind: "other-user" };
  let { revision, values } = standing;
  const [draft] = await drafts.of(at.key);
  if (draft) {
    const merged = draft.revision === revision ? { values: draft.values, clashes: [] } : merge(draft.base, draft.values, values);
    if (merged.clashes.length > 0) {
      const rebased = { ...draft, values: merged.values, base: values, revision };
      return { kind: "clash", clashes: merged.clashes, by: standing.saved_by, draft: rebased };
    }
    ({ revision } = await postJson<{ revision: number }>(at.draft_url, payload({ ...draft, values: merged.values, revision })));
    ({ values } = merged);
    await forgetDraft(at.key, draft.client_id);
  }
  const refused = [...(await sendSignatures(at)), ...(await sendPhotos(at))];
  return { kind: "sent", revision, values, refused };
}

/** None where the server asks to sign in first. The token of a page that was kept is old: this one counts. */
async function standingOf(url: string): Promise<Standing | null> {
  const answer = await fetch(url, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (answer.type === "opaqueredirect" || answer.status === 401) return null;
  const standing = await answerOf<Standing>(answer);
  document.querySelector("meta[name=csrf-token]")?.setAttribute("content", standing.csrf);
  return standing;
}

function payload(draft: Draft): unknown {
  const findings: Record<string, { answer: string; note: string }> = {};
  for (const name of Object.keys(draft.values)) {
    const item = /^(?:answer|note)-(.+)$/.exec(name)?.[1];
    if (item) findings[item] = { answer: draft.values[`answer-${item}`] ?? "", note: draft.values[`note-${item}`] ?? "" };
  }
  const { client_id, written_at, revision, place, values } = draft;
  const { counted_amount, disinfectant, remark } = values;
  return { client_id, written_at, revision, place, findings, counted_amount, disinfectant, remark };
}

async function sendSignatures(at: Addresses): Promise<string[]> {
  const refused: string[] = [];
  for (const signature of await signatures.of(at.key)) {
    const { id, role, name, strokes, signed_at, place } = signature;
    refused.push(...(await taken(() => postJson(at.sign_url, { client_id: id, role, name, strokes, signed_at, place }))));
    await signatures.remove(id);
  }
  return refused;
}

async function sendPhotos(at: Addresses): Promise<string[]> {
  const refused: string[] = [];
  for (const photo of await photos.of(at.key)) {
    refused.push(...(await taken(() => sendPhoto(at.photo_url, photo))));
    await photos.remove(photo.id);
  }
  return refused;
}

async function sendPhoto(url: string, photo: Photo): Promise<void> {
  const body = new FormData();
  body.append("file", photo.data, photo.name);
  body.append("taken_at", photo.taken_at);
  if (photo.place) {
    body.append("latitude", String(photo.place[0]));
    body.append("longitude", String(photo.place[1]));
  }
  const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
  const headers = { Accept: "application/json", "X-CSRFToken": token };
  await answerOf(await fetch(url, { method: "POST", headers, body }));
}

/** What the server will never take must not stop the rest: its words, else nothing. */
async function taken(act: () => Promise<unknown>): Promise<string[]> {
  try {
    await act();
    return [];
  } catch (error) {
    if (error instanceof Problem && error.status === 422) return [error.message];
    throw error;
  }
}
