// The panes of playback and the one clock that they follow.
import { clockText } from "../beijing.ts";
import { iconButton, make } from "../dom.ts";
import { PlayClock } from "../media/play_clock.ts";
import { RecordedPane, type PaneState } from "../media/recorded_pane.ts";
import { afterGap, Recording, type IndexedSegment, type SegmentPlace } from "../media/recording.ts";
import { Watermark } from "../media/watermark.ts";
import { say, type Texts } from "../texts.ts";
import "../styles/pane.css";

/** One pane as the web answers when recordings are opened. */
export interface OpenedPane {
  readonly camera: string;
  readonly title: string;
  readonly viewing: string;
  readonly watermark?: { readonly text: string };
  readonly index_url: string;
  readonly segments: readonly SegmentPlace[];
  readonly gaps?: readonly { readonly start_ms: number; readonly end_ms: number; readonly cause?: string }[];
}

export interface DeviceActs {
  play(): void;
  /** Have the rest of a gap fetched into the recordings. */
  fetch(gap_end_ms: number): void;
}

export interface StageHooks {
  moved(at_ms: number): void;
  state(isPlaying: boolean): void;
  closed(camera: string): void;
  /** Another pane was chosen by hand. */
  chosen(camera: string): void;
  /** What can be done with what the device recorded at an instant; nothing where it has not recorded. */
  device(camera: string, at_ms: number): DeviceActs | null;
}

interface Place {
  readonly opened: OpenedPane;
  readonly box: HTMLElement;
  readonly words: HTMLElement;
  readonly state: HTMLElement;
  readonly watermark: Watermark;
  readonly pane: RecordedPane | null;
}

const TICK_MS = 100;
/** A pane that loads longer than this no longer holds up the others. */
const PATIENCE_MS = 8_000;

export class PlaybackStage {
  readonly element = make("div", { class: "ov-stage" });
  readonly #texts: Texts;
  readonly #hooks: StageHooks;
  readonly #clock: PlayClock;
  readonly #timer: number;
  #places: Place[] = [];
  #last_ms = 0;
  #held_at: number | null = null;
  #chosen = "";

  constructor(texts: Texts, at_ms: number, hooks: StageHooks) {
    this.#texts = texts;
    this.#hooks = hooks;
    this.#clock = new PlayClock(at_ms, performance.now());
    this.#timer = window.setInterval(() => this.#tick(), TICK_MS);
    this.empty(say(texts, "no_camera"));
  }

  get at_ms(): number {
    return Math.round(this.#clock.at(performance.now()));
  }

  get isPlaying(): boolean {
    return this.#clock.isPlaying;
  }

  /** The end of what is known to be recorded; on the present day more comes after it. */
  get known_ms(): number {
    const ends = this.#places.flatMap((place) => place.pane?.recording.segments.at(-1)?.end_ms ?? []);
    return ends.length > 0 ? Math.max(...ends) : 0;
  }

  /** The camera of the pane that was chosen last; the first one's otherwise, nothing without panes. */
  get camera(): string {
    const chosen = this.#places.find((place) => place.opened.camera === this.#chosen) ?? this.#places[0];
    return chosen?.opened.camera ?? "";
  }

  get viewings(): string[] {
    return this.#places.map((place) => place.opened.viewing);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  /** Replaces all panes; the indexes are fetched here. */
  async show(opened: readonly OpenedPane[], origin_ms: number): Promise<void> {
    this.#clear();
    const indexes = await Promise.all(opened.map(async (each) => await indexOf(each.index_url)));
    this.#places = opened.map((each, index) => this.#place(each, origin_ms, indexes[index] ?? []));
    this.element.replaceChildren(...this.#places.map((place) => place.box));
    this.element.dataset.panes = String(opened.length);
    this.#showChosen();
  }

  /** Chooses the pane of a camera; false where it has none. */
  choose(camera: string): boolean {
    if (!this.#places.some((place) => place.opened.camera === camera)) return false;
    if (this.camera === camera) return true;
    this.#chosen = camera;
    this.#showChosen();
    this.#hooks.chosen(camera);
    return true;
  }

  #showChosen(): void {
    const { camera } = this;
    for (const place of this.#places) place.box.classList.toggle("is-chosen", place.opened.camera === camera);
  }

  empty(words: string): void {
    this.#clear();
    this.element.dataset.panes = "0";
    this.element.replaceChildren(make("p", { class: "ov-stage-note" }, words));
  }

  seek(at_ms: number): void {
    this.#clock.seek(at_ms, performance.now());
    this.#tick();
  }

  play(): void {
    this.#clock.play(performance.now());
    this.#hooks.state(true);
  }

  /** Stops at the picture that was seen, not at where a slow browser should have been. */
  pause(): void {
    const now = performance.now();
    const shown_ms = this.#clock.isPlaying ? this.#places.map((place) => place.pane?.shown_ms).find(Boolean) : null;
    this.#clock.pause(now);
    if (shown_ms) this.#clock.seek(shown_ms, now);
    this.#hooks.state(false);
  }

  setSpeed(speed: number): void {
    this.#clock.setSpeed(speed, performance.now());
  }

  /** One frame on or back, by the length that frames were seen to have. */
  step(count: number): void {
    this.pause();
    const frame_s = this.#places[0]?.pane?.frame_s ?? 1 / 25;
    this.seek(this.at_ms + Math.round(count * frame_s * 1000));
  }

  #tick(): void {
    const now = performance.now();
    for (const place of this.#places) {
      place.pane?.follow(this.#clock, now);
      if (!place.pane || place.pane.state === "gap") this.#drawGap(place);
    }
    this.#holdForLoading(now);
    this.#leaveCommonGap(now);
    const at_ms = this.at_ms;
    if (at_ms !== this.#last_ms) {
      this.#last_ms = at_ms;
      this.#hooks.moved(at_ms);
    }
  }

  /** In step: as long as one pane has no data, all wait, but not for ever. */
  #holdForLoading(now: number): void {
    const isLoading = this.#places.some((place) => place.pane?.state === "loading");
    if (!isLoading) this.#held_at = null;
    else this.#held_at ??= now;
    this.#clock.hold(this.#held_at !== null && now - this.#held_at < PATIENCE_MS, now);
  }

  /** Where no pane has footage, playing goes on at the next footage; the words were on the screen on the way. */
  #leaveCommonGap(now: number): void {
    const panes = this.#places.flatMap((place) => (place.pane ? [place.pane] : []));
    if (!this.#clock.isPlaying || panes.length === 0 || panes.some((pane) => pane.state !== "gap")) return;
    const next = afterGap(this.#clock.at(now), panes.map((pane) => pane.recording));
    if (next === "end") this.pause();
    else if (next !== null) this.#clock.seek(next, now);
  }

  #place(opened: OpenedPane, origin_ms: number, index: readonly IndexedSegment[]): Place {
    const video = make("video", { playsinline: true, disablepictureinpicture: true, tabindex: -1, "aria-label": opened.title });
    video.muted = true;
    const words = make("div", { class: "ov-pane-words", role: "status" });
    const state = make("span", { class: "ov-pane-state" });
    const watermark = new Watermark();
    watermark.show(opened.watermark?.text ?? "");
    const close = iconButton("x", say(this.#texts, "remove_camera"), () => this.#hooks.closed(opened.camera), "ov-pane-act");
    const title = make("span", { class: "ov-pane-title ov-keep-end", title: opened.title }, make("bdi", { dir: "ltr" }, opened.title));
    const bar = make("div", { class: "ov-pane-bar" }, title, state, make("div", { class: "ov-pane-acts" }, close));
    const box = make("div", { class: "ov-cell", tabindex: 0, role: "group", "aria-label": opened.title }, make("div", { class: "ov-pane-live" }, video, watermark.element, words, bar));
    for (const event of ["pointerdown", "focusin"]) box.addEventListener(event, () => this.choose(opened.camera));
    const recording = new Recording(origin_ms, opened.segments, index);
    const show = (paneState: PaneState): void => this.#drawState(words, state, paneState);
    const isEmpty = recording.segments.length === 0;
    const pane = isEmpty ? null : new RecordedPane(video, recording, show);
    if (pane) show(pane.state);
    return { opened, box, words, state, watermark, pane };
  }

  #drawState(words: HTMLElement, state: HTMLElement, paneState: PaneState): void {
    words.hidden = paneState === "playing";
    const key = { loading: "loading", gap: "gap", failed: "failed", playing: "" }[paneState];
    state.textContent = key ? say(this.#texts, key) : "";
    if (key) words.replaceChildren(make("strong", { class: paneState === "failed" ? "is-bad" : "" }, say(this.#texts, key)));
  }

  #drawGap(place: Place): void {
    const at_ms = this.at_ms;
    const gap = place.opened.gaps?.find((each) => at_ms >= each.start_ms && at_ms < each.end_ms);
    const next = place.pane?.recording.nextStart(at_ms) ?? null;
    const head = say(this.#texts, place.pane ? "gap" : "day_empty");
    const lines = [head, gap?.cause ?? "", next ? say(this.#texts, "gap_until", { time: clockText(next) }) : ""];
    const isOnDevice = this.#hooks.device(place.opened.camera, at_ms) !== null;
    const text = [...lines, isOnDevice ? "device" : ""].join("\n");
    if (place.words.dataset.gap === text && place.words.childElementCount > 1) return;
    place.words.dataset.gap = text;
    const device = isOnDevice ? this.#deviceButtons(place, gap?.end_ms ?? next ?? at_ms) : [];
    const skip = next === null ? null : make("button", { type: "button", class: "btn" }, say(this.#texts, "gap_skip"));
    skip?.addEventListener("click", () => this.seek(next ?? at_ms));
    const rest = lines.slice(1).filter(Boolean);
    place.words.replaceChildren(make("strong", {}, head), ...rest.map((line) => make("span", {}, line)), skip ?? "", ...device);
  }

  #deviceButtons(place: Place, gap_end_ms: number): HTMLElement[] {
    const acts = (): DeviceActs | null => this.#hooks.device(place.opened.camera, this.at_ms);
    const play = make("button", { type: "button", class: "btn" }, say(this.#texts, "play_from_device"));
    play.addEventListener("click", () => acts()?.play());
    const fetch = make("button", { type: "button", class: "btn" }, say(this.#texts, "fetch_from_device"));
    fetch.addEventListener("click", () => acts()?.fetch(gap_end_ms));
    return [play, fetch];
  }

  #clear(): void {
    for (const place of this.#places) {
      place.pane?.stop();
      place.watermark.stop();
    }
    this.#places = [];
  }
}

/** The index of a ticket; addresses in it are relative to it. */
async function indexOf(url: string): Promise<readonly IndexedSegment[]> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`status ${response.status}`);
  const answer = (await response.json()) as { readonly segments: readonly IndexedSegment[] };
  return answer.segments;
}
