// Events of the installation: counts in the top bar, notices, and a DOM event for whoever listens on the page.
import { icon, make } from "../dom.ts";
import { say, type Texts } from "../texts.ts";

interface Props {
  readonly texts: Texts;
  readonly url: string;
}

/** One event as `/events/` sends it. */
interface Told {
  readonly id?: number;
  readonly kind: string;
  readonly subject_kind?: string;
  readonly subject_id?: string;
  readonly at?: string;
  readonly data?: { readonly text?: string; readonly tone?: string; readonly url?: string };
}

type FromWorker = { readonly type: "event"; readonly data: string } | { readonly type: "open" | "closed" | "interrupted" };

const MOST_NOTICES = 3;

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const receive = (message: FromWorker): void => {
    if (message.type === "event") told(JSON.parse(message.data) as Told, props.texts);
    element.dataset.connection = message.type === "event" ? "open" : message.type;
  };
  const url = new URL(props.url, location.href).href;
  return "SharedWorker" in globalThis ? share(url, receive) : listen(url, receive);
}

function share(url: string, receive: (message: FromWorker) => void): () => void {
  const worker = new SharedWorker(new URL("../workers/events.ts", import.meta.url), { type: "module", name: "oversite-events" });
  const { port } = worker;
  const leave = (): void => port.postMessage({ type: "leave" });
  port.addEventListener("message", (event: MessageEvent<FromWorker>) => receive(event.data));
  port.start();
  port.postMessage({ type: "listen", url });
  addEventListener("pagehide", leave);
  return () => {
    removeEventListener("pagehide", leave);
    leave();
  };
}

/** Browsers without shared workers, such as those of Android phones. */
function listen(url: string, receive: (message: FromWorker) => void): () => void {
  const source = new EventSource(url);
  source.addEventListener("message", (event: MessageEvent<string>) => receive({ type: "event", data: event.data }));
  source.addEventListener("open", () => receive({ type: "open" }));
  return () => source.close();
}

function told(event: Told, texts: Texts): void {
  document.dispatchEvent(new CustomEvent("oversite:event", { detail: event }));
  for (const count of document.querySelectorAll<HTMLElement>("[data-live-count]")) {
    if (!event.kind.startsWith(count.dataset.liveCount ?? "-")) continue;
    const value = Number(count.textContent || 0) + 1;
    count.textContent = value > 99 ? "99+" : String(value);
    count.hidden = false;
  }
  if (event.data?.text) showNotice(event.data.text, event.data.tone ?? "busy", event.data.url ?? "", texts);
}

function showNotice(text: string, tone: string, url: string, texts: Texts): void {
  const host = document.getElementById("ov-toasts") ?? document.body.appendChild(make("div", { id: "ov-toasts", role: "status" }));
  const link = url ? make("a", { href: url }, say(texts, "open")) : null;
  const close = make("button", { type: "button", class: "ov-notice-close", "data-notice-close": true, "aria-label": say(texts, "close") }, icon("x"));
  const known = ["now", "soon", "good", "busy"].includes(tone) ? tone : "busy";
  host.append(make("div", { class: `ov-notice is-${known}` }, make("div", {}, text, " ", link), close));
  while (host.childElementCount > MOST_NOTICES) host.firstElementChild?.remove();
}
