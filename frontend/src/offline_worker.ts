// Keeps pages on the device so that they open without a network: the offline check, and inspections in the field.
// What is kept stands in a list of the server; the worker's own address may name it: ?name=…&family=…&list=…&page=…

interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Asking extends Waiting {
  readonly ports: readonly MessagePort[];
}
interface List {
  readonly version: string;
  readonly files: string[];
  readonly count?: number;
}

const asked = new URL(location.href).searchParams;
const PREFIX = asked.get("name") ?? "oversite-check-files-";
const FAMILY = asked.get("family") ?? PREFIX;
const LIST = asked.get("list") ?? "/offline/files.json";
const PAGE = asked.get("page") ?? "/offline/";
const ASSETS = "/static/";
const PATIENCE_MS = 8000;

/** Fetches what the list names, unless this version is here already; gives how many things it stands for. */
async function install(): Promise<number> {
  const list = (await (await fetch(LIST, { cache: "no-store" })).json()) as List;
  const name = PREFIX + list.version;
  if (!(await caches.has(name))) {
    const store = await caches.open(name);
    try {
      await store.addAll(list.files);
    } catch (error) {
      await caches.delete(name);
      throw error;
    }
  }
  for (const other of await caches.keys()) if (other.startsWith(FAMILY) && other !== name) await caches.delete(other);
  return list.count ?? list.files.length;
}

/** A page comes from the network while there is one, and from the device where the network is gone or too slow. */
async function page(request: Request): Promise<Response> {
  const options = { ignoreSearch: true, ignoreVary: true };
  const kept = (await caches.match(request, options)) ?? (await caches.match(PAGE, options));
  const fresh = fetch(request);
  if (!kept) return await fresh;
  const late = new Promise<Response>((resolve) => setTimeout(() => resolve(kept), PATIENCE_MS));
  try {
    const answer = await Promise.race([fresh, late]);
    return answer.status < 500 ? answer : kept;
  } catch {
    return kept;
  }
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? (await fetch(request));
}

addEventListener("install", (event) =>
  (event as Waiting).waitUntil(install().then(() => (globalThis as unknown as { skipWaiting(): Promise<void> }).skipWaiting())),
);
addEventListener("activate", (event) =>
  (event as Waiting).waitUntil((globalThis as unknown as { clients: { claim(): Promise<void> } }).clients.claim()),
);
addEventListener("message", (event) => {
  const { ports } = event as unknown as Asking;
  const say = (kept: unknown): void => ports[0]?.postMessage(kept);
  const done = install().then(
    (count) => say({ kind: "kept", count, at_ms: Date.now() }),
    () => say({ kind: "failed" }),
  );
  (event as unknown as Waiting).waitUntil(done);
});
addEventListener("fetch", (event) => {
  const { request } = event as Fetching;
  if (request.method !== "GET") return;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") (event as Fetching).respondWith(page(request));
  else if (path.startsWith(ASSETS) || (path.startsWith(PAGE) && path !== LIST)) (event as Fetching).respondWith(file(request));
});
