// A live picture with its slim bar, its words when there is none, and the viewer's watermark.
import { codecName } from "./codec_names.ts";
import { instantText } from "../beijing.ts";
import { iconButton, make } from "../dom.ts";
import { fill, post, postJson, tell } from "../http.ts";
import { say, type Texts } from "../texts.ts";
import { LivePlayer, type LiveAnswer, type LiveStatus } from "./live.ts";
import { troubleOf } from "./trouble.ts";
import { Watermark } from "./watermark.ts";
import "../styles/pane.css";

export interface LiveUrls {
  readonly live_url: string;
  readonly end_url?: string;
  readonly snapshot_url?: string;
}

export interface PaneCamera {
  readonly uid: string;
  readonly title: string;
  readonly can_steer?: boolean;
  readonly has_sub_stream?: boolean;
}

const ICON_OF: Readonly<Partial<Record<LiveStatus["stage"], string>>> = { failed: "video-off", stalled: "hourglass" };

/** The words under a failed picture: stage, cause, since when, what to try. */
export function wordsOf(texts: Texts, status: LiveStatus): { head: string; cause: string; advice: string; since: string } {
  const known = (kind: string): string => {
    const key = `${kind}_${status.cause}`;
    return key in texts ? say(texts, key, { codec: status.codec }) : "";
  };
  return {
    head: say(texts, `stage_${status.stage}`),
    cause: status.message || known("cause"),
    advice: status.advice || known("advice"),
    since: say(texts, "since", { time: instantText(status.since_ms) }),
  };
}

export class LivePane {
  readonly element: HTMLElement;
  readonly camera: PaneCamera;
  readonly #texts: Texts;
  readonly #urls: LiveUrls;
  readonly #video = make("video", { muted: true, playsinline: true, disablepictureinpicture: true, tabindex: -1 });
  readonly #player: LivePlayer;
  readonly #state = make("span", { class: "ov-pane-state" });
  readonly #name = make("bdi", { dir: "ltr" });
  readonly #title = make("span", { class: "ov-pane-title ov-keep-end" }, this.#name);
  readonly #words = make("div", { class: "ov-pane-words", role: "status" });
  readonly #acts = make("div", { class: "ov-pane-acts" });
  readonly #watermark = new Watermark();
  #trouble: LiveStatus | null = null;
  #shownWords = "";

  constructor(texts: Texts, camera: PaneCamera, urls: LiveUrls, stream: number) {
    this.#texts = texts;
    this.#urls = urls;
    this.camera = camera;
    this.#video.muted = true;
    this.#video.setAttribute("aria-label", camera.title);
    this.#name.textContent = camera.title;
    this.#title.title = camera.title;
    const bar = make("div", { class: "ov-pane-bar" }, this.#title, this.#state, this.#acts);
    this.element = make("div", { class: "ov-pane-live" }, this.#video, this.#watermark.element, this.#words, bar);
    this.#player = new LivePlayer(this.#video, stream, {
      open: (wanted) => postJson<LiveAnswer>(fill(urls.live_url, { camera: camera.uid }), { stream: wanted }),
      opened: (answer) => this.#opened(answer),
      changed: (status) => this.#show(status),
      closed: (viewing) => {
        if (urls.end_url) tell(fill(urls.end_url, { viewing }));
      },
    });
    this.#player.start();
  }

  get player(): LivePlayer {
    return this.#player;
  }

  get stream(): number {
    return this.#player.status.stream;
  }

  addAct(icon: string, label: string, act: () => void): HTMLButtonElement {
    const button = iconButton(icon, label, act, "ov-pane-act");
    button.dataset.act = icon;
    this.#acts.append(button);
    return button;
  }

  stop(): void {
    this.#player.stop();
    this.#watermark.stop();
    this.element.remove();
  }

  /** The picture as the media service decodes it, as a download; null when it could not be had. */
  async snapshot(): Promise<Blob | null> {
    if (!this.#urls.snapshot_url) return null;
    const response = await post(fill(this.#urls.snapshot_url, { camera: this.camera.uid }), {});
    return response.ok ? await response.blob() : null;
  }

  #opened(answer: LiveAnswer): void {
    if (answer.title) {
      this.#name.textContent = answer.title;
      this.#title.title = answer.title;
    }
    this.#watermark.show(answer.watermark?.text ?? "");
  }

  #show(status: LiveStatus): void {
    const isPlaying = status.stage === "playing";
    this.element.dataset.stage = status.stage;
    this.#state.textContent = isPlaying ? this.#facts(status) : say(this.#texts, `stage_${status.stage}`);
    this.#trouble = troubleOf(status, this.#trouble);
    const told = this.#trouble ?? status;
    const words = wordsOf(this.#texts, told);
    const next = this.#nextOf(status, told);
    const key = isPlaying ? "" : JSON.stringify([words, next]);
    if (key === this.#shownWords) return;
    this.#shownWords = key;
    this.#words.hidden = isPlaying;
    if (isPlaying) return;
    this.#words.title = this.#trouble ? [words.head, words.cause, words.advice, words.since].filter(Boolean).join("\n") : "";
    const lines = this.#trouble ? [words.cause, words.advice, words.since, next] : [next];
    const retry = make("button", { type: "button", class: "btn" }, say(this.#texts, "retry"));
    retry.addEventListener("click", () => this.#player.restart());
    this.#words.replaceChildren(
      make("strong", { class: ICON_OF[told.stage] ? "is-bad" : "" }, words.head),
      ...lines.filter(Boolean).map((line) => make("span", {}, line)),
      ...(told.stage === "failed" ? [retry] : []),
    );
  }

  /** When it is tried again, or how far the new try is while the last reason still stands. */
  #nextOf(status: LiveStatus, told: LiveStatus): string {
    if (status.retry_in_s > 0) return say(this.#texts, "retry_in", { seconds: status.retry_in_s });
    return status === told ? "" : say(this.#texts, `stage_${status.stage}`);
  }

  #facts(status: LiveStatus): string {
    const stream = status.instead_of
      ? say(this.#texts, "sub_stream_because", { codec: status.instead_of })
      : say(this.#texts, status.stream === 0 ? "main_stream" : "sub_stream");
    const size = status.width ? `${status.width}×${status.height}` : "";
    const delay = say(this.#texts, "delay", { seconds: status.delay_s.toFixed(1) });
    return [stream, codecName(status.codec), size, delay].filter(Boolean).join(" · ");
  }
}
