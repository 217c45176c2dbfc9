// The inspections of the day on a phone: what is kept, what waits to be sent, also without a network.
import { instantText } from "../beijing.ts";
import { make } from "../dom.ts";
import { keep, type Keeping } from "../field/keeping.ts";
import { send, waiting, type Addresses } from "../field/sending.ts";
import { say, type Texts } from "../texts.ts";

interface Props extends Keeping {
  readonly texts: Texts;
  readonly user: number;
  readonly inspections: readonly Addresses[];
}

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const stop = new AbortController();
  const words = make("p", { class: "ov-field-state", role: "status", "aria-live": "polite" });
  element.append(words);
  const showKept = async (): Promise<void> => {
    const kept = await keep(props);
    words.dataset["state"] = kept.kind;
    words.dataset["tone"] = kept.kind === "kept" ? "good" : navigator.onLine ? "now" : "soon";
    words.textContent =
      kept.kind === "kept"
        ? say(props.texts, "desk_kept", { count: kept.count, time: instantText(kept.at_ms) })
        : say(props.texts, navigator.onLine || kept.kind === "insecure" ? `pages_${kept.kind}` : "desk_offline");
  };
  const sendAll = async (): Promise<void> => {
    for (const each of props.inspections) {
      const outcome = await send(each, props.user);
      await showWaiting(props, each, outcome.kind);
    }
  };
  addEventListener("online", () => void sendAll().then(showKept), { signal: stop.signal });
  void sendAll().then(showKept);
  return () => stop.abort();
}

async function showWaiting(props: Props, at: Addresses, outcome: string): Promise<void> {
  const row = document.querySelector<HTMLElement>(`[data-waiting="${CSS.escape(at.key)}"]`);
  if (!row) return;
  const left = await waiting(at.key, props.user);
  const count = left.drafts + left.photos + left.signatures;
  row.textContent = outcome === "clash" ? say(props.texts, "desk_clash") : count > 0 ? say(props.texts, "desk_waiting", { count }) : "";
  if (outcome === "signed-out" && count > 0) row.textContent = say(props.texts, "signed-out");
}
