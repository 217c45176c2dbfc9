// What a phone keeps while the network is gone: one draft per inspection, and photographs that wait to be sent.

/** A draft as the server takes it; the same `client_id` twice is taken once. */
export interface Draft {
  readonly client_id: string;
  readonly written_at: string;
  readonly revision: number;
  readonly findings: Readonly<Record<string, { readonly answer: string; readonly note: string }>>;
  readonly counted_amount: string;
  readonly remark: string;
  readonly disinfectant: string;
  readonly place: readonly [number, number] | null;
}

/** A photograph with what the device knew when it was taken. */
export interface Photo {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly data: Blob;
  readonly taken_at: string;
  readonly place: readonly [number, number] | null;
}

/** A random UUID, also on pages without TLS, where `crypto.randomUUID` is missing. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

const PHOTOS = "photos";

export function draftOf(key: string): Draft | null {
  try {
    const kept = localStorage.getItem(`oversite-field-${key}`);
    return kept === null ? null : (JSON.parse(kept) as Draft);
  } catch {
    return null;
  }
}

export function keepDraft(key: string, draft: Draft): void {
  localStorage.setItem(`oversite-field-${key}`, JSON.stringify(draft));
}

/** Forgets the draft, unless a newer one was kept meanwhile. */
export function forgetDraft(key: string, clientId: string): boolean {
  if (draftOf(key)?.client_id !== clientId) return false;
  localStorage.removeItem(`oversite-field-${key}`);
  return true;
}

export async function keepPhoto(photo: Photo): Promise<void> {
  await run("readwrite", (store) => store.put(photo));
}

export async function photosOf(key: string): Promise<readonly Photo[]> {
  const all = await run<Photo[]>("readonly", (store) => store.getAll() as IDBRequest<Photo[]>);
  return all.filter((photo) => photo.key === key);
}

export async function forgetPhoto(id: string): Promise<void> {
  await run("readwrite", (store) => store.delete(id));
}

async function run<Result>(mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const database = await open();
  try {
    return await new Promise<Result>((resolve, reject) => {
      const request = act(database.transaction(PHOTOS, mode).objectStore(PHOTOS));
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error ?? new Error("storage")));
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("oversite-field", 1);
    request.addEventListener("upgradeneeded", () => request.result.createObjectStore(PHOTOS, { keyPath: "id" }));
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("storage")));
  });
}
