// What the device itself recorded, played from the device: slower to seek, and only one camera at a time.
import { instantText } from "../beijing.ts";
import { iconButton, make, setIcon, setLabel } from "../dom.ts";
import { postJson } from "../http.ts";
import { told, type Told } from "./device_speed.ts";
import { LivePlayer, type LiveAnswer, type LiveStatus } from "../media/live.ts";
import { wordsOf } from "../media/live_pane.ts";
import { Watermark } from "../media/watermark.ts";
import { say, type Texts } from "../texts.ts";

interface DeviceAnswer extends LiveAnswer {
  readonly control_url?: string;
}

export interface DeviceRequest {
  readonly camera: string;
  readonly start_ms: number;
  readonly end_ms: number;
  readonly purpose: string;
  readonly purpose_text: string;
}

const SCALES: readonly number[] = [0.5, 1, 2, 4];

export class DeviceDialog {
  readonly #texts: Texts;
  readonly #video = make("video", { playsinline: true });
  readonly #words = make("div", { class: "ov-pane-words", role: "status" });
  readonly #watermark = new Watermark();
  readonly #player: LivePlayer;
  readonly #pause: HTMLButtonElement;
  readonly #dialog: HTMLDialogElement;
  #ended: (viewing: string) => void = () => undefined;
  readonly #speed = make("select", { class: "form-select" });
  readonly #note = make("span", { class: "ov-device-note", role: "status" });
  #control = "";
  #isPaused = false;
  #speedNow = 1;

  constructor(texts: Texts, title: string, url: string, request: DeviceRequest) {
    this.#texts = texts;
    this.#video.muted = true;
    this.#player = new LivePlayer(this.#video, 0, {
      isRecorded: true,
      open: async () => await postJson<DeviceAnswer>(url, request),
      opened: (answer: DeviceAnswer) => {
        this.#control = answer.control_url ?? "";
        this.#speed.disabled = this.#pause.disabled = false;
        this.#watermark.show(answer.watermark?.text ?? "");
      },
      changed: (status) => this.#show(status),
      closed: (viewing) => this.#ended(viewing),
    });
    this.#pause = iconButton("player-pause", say(texts, "pause"), () => void this.#togglePause());
    this.#speed.setAttribute("aria-label", say(texts, "speed"));
    this.#speed.append(...SCALES.map((each) => make("option", { value: each, selected: each === 1 }, `${each}×`)));
    this.#speed.addEventListener("change", () => void this.#setSpeed(Number(this.#speed.value)));
    this.#speed.disabled = this.#pause.disabled = true; // there is nobody to ask before the device has begun
    const close = iconButton("x", say(texts, "cancel"), () => this.#dialog.close(), "ov-notice-close");
    const heading = `${say(texts, "lane_device")} · ${title} ${instantText(request.start_ms)}`;
    this.#dialog = make(
      "dialog",
      { class: "ov-dialog is-wide" },
      make("header", {}, make("h2", {}, heading), close),
      make("div", { class: "ov-pane-live ov-device-picture" }, this.#video, this.#watermark.element, this.#words),
      make("footer", {}, this.#pause, this.#speed, this.#note),
    );
  }

  /** Opens over `host`; `ended` is told the viewing when it ends. */
  open(host: HTMLElement, ended: (viewing: string) => void): void {
    this.#ended = ended;
    this.#dialog.addEventListener("close", () => {
      void this.#ask("stop");
      this.#player.stop();
      this.#watermark.stop();
      this.#dialog.remove();
    });
    host.append(this.#dialog);
    this.#dialog.showModal();
    this.#player.start();
  }

  /** A device that does not pause plays on, and so does the button. */
  async #togglePause(): Promise<void> {
    const isPausing = !this.#isPaused;
    this.#showPaused(isPausing);
    const answer = await this.#ask(isPausing ? "pause" : "resume");
    if (isPausing && answer !== "acknowledged") {
      this.#showPaused(false);
      this.#note.textContent = say(this.#texts, `pause_${answer}`);
    }
  }

  #showPaused(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#note.textContent = "";
    setIcon(this.#pause, isPaused ? "player-play" : "player-pause");
    setLabel(this.#pause, say(this.#texts, isPaused ? "play" : "pause"));
    this.#player.pausedByViewer = isPaused;
  }

  /** A speed that the device refuses is given back: what it sends goes on at the speed it has (quirk 27). */
  async #setSpeed(wanted: number): Promise<void> {
    this.#note.textContent = "";
    const answer = await this.#ask("scale", wanted);
    if (answer === "acknowledged") {
      this.#speedNow = wanted;
      return;
    }
    this.#speed.value = String(this.#speedNow);
    this.#note.textContent = say(this.#texts, `speed_${answer}`, { wanted, now: this.#speedNow });
  }

  async #ask(action: string, value?: number): Promise<Told> {
    if (!this.#control) return "no_answer";
    return told(await postJson<unknown>(this.#control, { action, value }).catch(() => null));
  }

  #show(status: LiveStatus): void {
    this.#words.hidden = status.stage === "playing" || this.#isPaused;
    const words = wordsOf(this.#texts, status);
    const lines = status.stage === "failed" || status.stage === "reconnecting" ? [words.cause, words.advice] : [];
    this.#words.replaceChildren(make("strong", {}, words.head), ...lines.filter(Boolean).map((line) => make("span", {}, line)));
  }
}
