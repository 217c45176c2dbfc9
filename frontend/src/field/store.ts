// What a phone keeps while the network is gone: one draft per inspection, signatures and photographs that wait.

/** The values of the form by their field names; empty texts where nothing is entered. */
export type Values = Readonly<Record<string, string>>;
export type Place = readonly [number, number] | null;

/** A draft on top of a revision whose values were `base`; the same `client_id` twice is taken once. */
export interface Draft {
  readonly key: string;
  readonly user: number;
  readonly client_id: string;
  readonly written_at: string;
  readonly revision: number;
  readonly values: Values;
  readonly base: Values;
  readonly place: Place;
}

/** A photograph with what the device knew when it was taken. */
export interface Photo {
  readonly id: string;
  readonly key: string;
  readonly user: number;
  readonly name: string;
  readonly data: Blob;
  readonly taken_at: string;
  readonly place: Place;
}

/** A signature drawn on the device: strokes of points in whole numbers. */
export interface Signature {
  readonly id: string;
  readonly key: string;
  readonly user: number;
  readonly role: string;
  readonly name: string;
  readonly strokes: readonly (readonly (readonly [number, number])[])[];
  readonly signed_at: string;
  readonly place: Place;
}

/** A random UUID, also on pages without TLS, where `crypto.randomUUID` is missing. */
export function freshId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The things of one kind that wait on the device. */
class Shelf<Thing extends { readonly key: string; readonly user: number }> {
  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  async put(thing: Thing): Promise<void> {
    await run(this.#name, "readwrite", (store) => store.put(thing));
  }

  async of(key: string): Promise<readonly Thing[]> {
    return (await this.all()).filter((thing) => thing.key === key);
  }

  async all(): Promise<readonly Thing[]> {
    return await run<Thing[]>(this.#name, "readonly", (store) => store.getAll() as IDBRequest<Thing[]>);
  }

  async remove(id: string): Promise<void> {
    await run(this.#name, "readwrite", (store) => store.delete(id));
  }
}

const KEYS = { drafts: "key", photos: "id", signatures: "id" };
export const drafts = new Shelf<Draft>("drafts");
export const photos = new Shelf<Photo>("photos");
export const signatures = new Shelf<Signature>("signatures");

/** Forgets the draft, unless a newer one was kept meanwhile. */
export async function forgetDraft(key: string, clientId: string): Promise<boolean> {
  const [kept] = await drafts.of(key);
  if (kept && kept.client_id !== clientId) return false;
  await drafts.remove(key);
  return true;
}

async function run<Result>(name: string, mode: IDBTransactionMode, act: (store: IDBObjectStore) => IDBRequest<Result>): Promise<Result> {
  const database = await open();
  try {
    return await new Promise<Result>((resolve, reject) => {
      const request = act(database.transaction(name, mode).objectStore(name));
      request.addEventListener("success", () => resolve(request.result));
      request.addEventListener("error", () => reject(request.error ?? new Error("storage")));
    });
  } finally {
    database.close();
  }
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("oversite-field", 2);
    request.addEventListener("upgradeneeded", () => {
      for (const [name, keyPath] of Object.entries(KEYS)) {
        if (!request.result.objectStoreNames.contains(name)) request.result.createObjectStore(name, { keyPath });
      }
    });
    request.addEventListener("success", () => resolve(request.result));
    request.addEventListener("error", () => reject(request.error ?? new Error("storage")));
  });
}
