// Keeps the offline check on the device: its files come from the store first, so that it opens without a network.

interface Waiting extends Event {
  waitUntil(done: Promise<unknown>): void;
}
interface Fetching extends Waiting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}

const PREFIX = "oversite-check-files-";
const LIST = "/offline/files.json";
const PAGE = "/offline/";

async function install(): Promise<void> {
  const list = (await (await fetch(LIST, { cache: "no-store" })).json()) as { version: string; files: string[] };
  const store = await caches.open(PREFIX + list.version);
  await store.addAll(list.files);
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && name !== PREFIX + list.version) await caches.delete(name);
  }
  await (globalThis as unknown as { skipWaiting(): Promise<void> }).skipWaiting();
}

async function answer(request: Request): Promise<Response> {
  const isPage = request.mode === "navigate";
  if (isPage) {
    try {
      const fresh = await fetch(request);
      if (fresh.ok) return fresh;
    } catch {
      // without a network the kept page answers
    }
  }
  const kept = await caches.match(isPage ? PAGE : request, { ignoreSearch: isPage, ignoreVary: true });
  return kept ?? fetch(request);
}

addEventListener("install", (event) => (event as Waiting).waitUntil(install()));
addEventListener("activate", (event) =>
  (event as Waiting).waitUntil((globalThis as unknown as { clients: { claim(): Promise<void> } }).clients.claim()),
);
addEventListener("fetch", (event) => {
  const { request } = event as Fetching;
  if (request.method === "GET" && !request.url.includes("/c/")) (event as Fetching).respondWith(answer(request));
});
