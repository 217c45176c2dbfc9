// Keeps the pages of the inspections on the device, by the service worker that also keeps the offline check.

export interface Keeping {
  readonly worker_url: string;
  readonly scope: string;
}

/** What is kept: how many inspections and since when, or why it cannot be. */
export type Kept =
  | { readonly kind: "kept"; readonly count: number; readonly at_ms: number }
  | { readonly kind: "insecure" | "failed" };

const TIMEOUT_MS = 60_000;

/** Installs the worker, and lets it fetch what has changed. */
export async function keep(props: Keeping): Promise<Kept> {
  if (!("serviceWorker" in navigator)) return { kind: "insecure" };
  try {
    await navigator.serviceWorker.register(props.worker_url, { scope: props.scope });
    const ready = await navigator.serviceWorker.ready;
    return await refreshed(ready.active);
  } catch {
    return { kind: "failed" };
  }
}

function refreshed(worker: ServiceWorker | null): Promise<Kept> {
  return new Promise((resolve) => {
    const channel = new MessageChannel();
    const timer = setTimeout(() => resolve({ kind: "failed" }), TIMEOUT_MS);
    channel.port1.addEventListener("message", (event: MessageEvent<Kept>) => {
      clearTimeout(timer);
      resolve(event.data);
    });
    channel.port1.start();
    worker?.postMessage("refresh", [channel.port2]);
  });
}
