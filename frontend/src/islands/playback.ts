// Going back in time: cameras, calendar, panes in step, the bar of the day.
import { addDays, clockText, dayStart, dayText } from "../beijing.ts";
import { iconButton, make, setIcon, setLabel } from "../dom.ts";
import { fill, getJson, postJson, Problem, tell, withParams } from "../http.ts";
import { SPEEDS } from "../media/play_clock.ts";
import { startUseReports } from "../media/use_reports.ts";
import { Calendar } from "../playback/calendar.ts";
import { DeviceDialog, type DeviceRequest } from "../playback/device_dialog.ts";
import { askPurpose, type Purpose, type PurposeChoice } from "../playback/purpose.ts";
import { recordedFirst, type Choice } from "../playback/recorded_first.ts";
import { PlaybackStage, type DeviceActs, type OpenedPane } from "../playback/stage.ts";
import { onAskedToShow, tellShown } from "../shell/shown.ts";
import { isTyping } from "../shell/shortcuts.ts";
import { say, type Texts } from "../texts.ts";
import { stretchAt, type DayAnswer, type Span } from "../timeline/lanes.ts";
import type { Selection } from "../timeline/scale.ts";
import { Timeline } from "../timeline/timeline.ts";
import "../styles/timeline.css";
import "../styles/playback.css";

interface Props {
  readonly texts: Texts;
  readonly days_url: string;
  readonly timeline_url: string;
  readonly recorded_url?: string;
  /** Nobody chose the cameras: on another day those that recorded then are shown. */
  readonly prefers_recorded?: boolean;
  readonly open_url: string;
  readonly end_url?: string;
  readonly device_url?: string;
  readonly fetch_url?: string;
  readonly alive_url?: string;
  readonly purposes: readonly PurposeChoice[];
  readonly cameras: readonly Choice[];
  readonly chosen?: readonly string[];
  readonly day?: string;
  readonly at_ms?: number;
  readonly selection_page?: string;
  readonly mark_page?: string;
}

const MOST_PANES = 4;
const FOLLOW_MS = 500;
/** The present day grows: beyond what is known, and this long ago, there may be more by now. */
const SETTLED_MS = 8_000;

export function mount(element: HTMLElement, raw: unknown): () => void {
  const playback = new Playback(element, raw as Props);
  void playback.start();
  return () => playback.stop();
}

class Playback {
  readonly #element: HTMLElement;
  readonly #props: Props;
  readonly #stage: PlaybackStage;
  readonly #timeline: Timeline;
  readonly #calendar: Calendar;
  readonly #play: HTMLButtonElement;
  readonly #clock = make("output", { class: "ov-playback-clock" });
  readonly #notice = make("div", { class: "ov-notices", role: "status" });
  readonly #select = make("select", { class: "form-select" });
  readonly #speed = make("select", { class: "form-select" });
  readonly #use = make("a", { class: "btn btn-primary", hidden: true });
  #chosen: string[];
  #isChosenByHand: boolean;
  #day: string;
  readonly #purposes = new Map<string, Purpose>();
  #opened = "";
  /** What is open and may stay so when a camera is added or taken away: each opening is a row of the usage log. */
  #panes: readonly OpenedPane[] = [];
  #opening: { readonly key: string; readonly done: Promise<boolean> } | null = null;
  #followed_at = 0;
  #onDevice: readonly Span[] = [];
  readonly #stopReports: () => void;
  readonly #stopAsked: () => void;

  constructor(element: HTMLElement, props: Props) {
    this.#element = element;
    this.#props = props;
    this.#stopAsked = onAskedToShow((camera) => void this.#showCamera(camera));
    this.#chosen = [...(props.chosen ?? [])].slice(0, MOST_PANES);
    this.#isChosenByHand = !props.prefers_recorded;
    const now = Date.now();
    this.#day = props.at_ms ? dayText(props.at_ms) : (props.day ?? dayText(now));
    const at_ms = props.at_ms ?? dayStart(this.#day);
    this.#stage = new PlaybackStage(props.texts, at_ms, {
      moved: (to) => this.#moved(to),
      state: (isPlaying) => this.#showState(isPlaying),
      closed: (camera) => void this.#remove(camera),
      chosen: () => this.#tellShown(this.#stage.at_ms),
      device: (camera, at) => this.#deviceAt(camera, at),
    });
    this.#stopReports = startUseReports(props.alive_url, () => this.#stage.isPlaying);
    this.#timeline = new Timeline(props.texts, dayStart(this.#day), dayStart(addDays(this.#day, 1)), {
      seek: (to) => void this.#seek(to),
      select: (selection) => this.#selected(selection),
      toggle: () => void this.#toggle(),
    });
    this.#timeline.setInstant(at_ms, false);
    this.#calendar = new Calendar(props.texts, this.#day, async (month) => await this.#days(month), (day) => void this.#setDay(day));
    this.#play = this.#button("player-play", "play", () => void this.#toggle());
    element.append(this.#side(), this.#main());
    document.addEventListener("keydown", this.#key);
    addEventListener("pagehide", this.#leave);
  }

  async start(): Promise<void> {
    await this.#preferRecorded();
    await Promise.all([this.#calendar.refresh(), this.#loadDay()]);
    if (this.#chosen.length === 0) return;
    this.#stage.empty(say(this.#props.texts, "press_play"));
    if (this.#props.at_ms) await this.#open();
  }

  stop(): void {
    this.#stopReports();
    document.removeEventListener("keydown", this.#key);
    removeEventListener("pagehide", this.#leave);
    this.#endViewings();
    this.#stage.stop();
    this.#timeline.stop();
    this.#stopAsked();
  }

  #side(): HTMLElement {
    const { texts, cameras } = this.#props;
    this.#select.setAttribute("aria-label", say(texts, "add_camera"));
    this.#offer(cameras, null);
    this.#select.addEventListener("change", () => void this.#add());
    return make("aside", { class: "ov-playback-side" }, this.#select, this.#calendar.element);
  }

  /** The cameras to choose from; of those that recorded nothing on the day it is said, once that is known. */
  #offer(cameras: readonly Choice[], recorded: ReadonlySet<string> | null): void {
    const { texts } = this.#props;
    const words = (each: Choice): string =>
      recorded === null || recorded.has(each.uid) ? each.title : say(texts, "without_footage", { camera: each.title });
    const options = cameras.map((each) => make("option", { value: each.uid }, words(each)));
    this.#select.replaceChildren(make("option", { value: "" }, say(texts, "add_camera")), ...options);
  }

  /** Offers the cameras that recorded on the day first, and shows them where nobody chose others by hand. */
  async #preferRecorded(): Promise<void> {
    const { cameras, recorded_url } = this.#props;
    if (!recorded_url) return;
    const day = this.#day;
    const answer = await getJson<{ cameras: readonly string[] }>(withParams(recorded_url, { day })).catch(() => null);
    if (!answer || day !== this.#day) return;
    const recorded = new Set(answer.cameras);
    const first = recordedFirst(cameras, recorded);
    this.#offer(first, recorded);
    if (!this.#isChosenByHand) this.#chosen = first.slice(0, MOST_PANES).map((each) => each.uid);
  }

  #main(): HTMLElement {
    const { texts } = this.#props;
    this.#speed.append(...SPEEDS.map((speed) => make("option", { value: speed, selected: speed === 1 }, `${speed}×`)));
    this.#speed.setAttribute("aria-label", say(texts, "speed"));
    this.#speed.addEventListener("change", () => this.#stage.setSpeed(Number(this.#speed.value)));
    this.#use.textContent = say(texts, "use_selection");
    const controls = make(
      "div",
      { class: "ov-playback-controls", role: "toolbar" },
      this.#button("chevrons-left", "previous_day", () => void this.#setDay(addDays(this.#day, -1))),
      this.#button("player-track-prev", "back_10", () => void this.#seek(this.#stage.at_ms - 10_000)),
      this.#button("player-skip-back", "step_back", () => this.#stage.step(-1)),
      this.#play,
      this.#button("player-skip-forward", "step_forward", () => this.#stage.step(1)),
      this.#button("player-track-next", "forward_10", () => void this.#seek(this.#stage.at_ms + 10_000)),
      this.#button("chevrons-right", "next_day", () => void this.#setDay(addDays(this.#day, 1))),
      this.#speed,
      this.#clock,
      make("span", { class: "ov-wall-space" }),
      this.#markButton(),
      this.#use,
    );
    return make("div", { class: "ov-playback-main" }, this.#notice, this.#stage.element, controls, this.#timeline.element);
  }

  #markButton(): HTMLElement | null {
    const page = this.#props.mark_page;
    if (!page) return null;
    return this.#button("flag", "lane_anomaly", () => {
      location.assign(fill(page, { camera: this.#stage.camera || (this.#chosen[0] ?? ""), at_ms: this.#stage.at_ms }));
    });
  }

  #button(name: string, label: string, act: () => void): HTMLButtonElement {
    return iconButton(name, say(this.#props.texts, label), act);
  }

  async #days(month: string): Promise<ReadonlySet<string>> {
    const camera = this.#chosen[0];
    if (!camera) return new Set();
    const { days } = await getJson<{ days: Record<string, unknown> }>(withParams(this.#props.days_url, { camera, month }));
    return new Set(Object.keys(days));
  }

  async #loadDay(): Promise<void> {
    const camera = this.#chosen[0];
    if (!camera) return;
    const day = this.#day;
    this.#onDevice = [];
    try {
      const answer = await getJson<DayAnswer>(withParams(this.#props.timeline_url, { camera, day, device: 0 }));
      if (day !== this.#day) return;
      this.#timeline.show(answer);
      void this.#askDevice(camera, day);
      const first = answer.lanes.recorded?.[0]?.start_ms;
      if (first !== undefined && this.#stage.at_ms <= answer.start_ms) this.#stage.seek(first);
    } catch (error) {
      this.#tell(error);
    }
  }

  /** The device may answer late or not at all, so what is recorded here does not wait for it. */
  async #askDevice(camera: string, day: string): Promise<void> {
    if (!this.#props.device_url) return;
    const url = withParams(this.#props.timeline_url, { camera, day, device: 1 });
    const answer = await getJson<DayAnswer>(url).catch(() => null);
    if (!answer || day !== this.#day || camera !== this.#chosen[0]) return;
    this.#onDevice = answer.lanes.device ?? [];
    this.#timeline.show(answer);
    const state = answer.device_state;
    if (state && !state.complete && state.message) {
      this.#notice.replaceChildren(make("div", { class: "ov-notice is-soon" }, make("div", {}, state.message)));
    }
  }

  #deviceAt(camera: string, at_ms: number): DeviceActs | null {
    const { device_url, end_url } = this.#props;
    const purpose = this.#purposes.get(camera);
    const span = camera === this.#chosen[0] ? stretchAt(this.#onDevice, at_ms) : null;
    if (!device_url || !span || !purpose) return null;
    const title = this.#props.cameras.find((each) => each.uid === camera)?.title ?? "";
    const play = (): void => {
      this.#stage.pause();
      const dialog = new DeviceDialog(this.#props.texts, title, device_url, {
        camera,
        start_ms: at_ms,
        end_ms: span.end_ms,
        ...purpose,
      });
      dialog.open(this.#element, (viewing) => {
        if (end_url) tell(fill(end_url, { viewing }));
      });
    };
    const fetch = (gap_end_ms: number): void => {
      void this.#fetch({ camera, start_ms: at_ms, end_ms: gap_end_ms, ...purpose });
    };
    return { play, fetch };
  }

  /** The work goes on when this page is left; its own page tells how far it is and can cancel it. */
  async #fetch(order: DeviceRequest): Promise<void> {
    const { fetch_url, texts } = this.#props;
    if (!fetch_url) return;
    try {
      const { url } = await postJson<{ url: string }>(fetch_url, order);
      const link = make("a", { href: url }, say(texts, "fetch_progress"));
      this.#notice.replaceChildren(make("div", { class: "ov-notice" }, make("div", {}, say(texts, "fetch_ordered"), " ", link)));
    } catch (error) {
      this.#tell(error);
    }
  }

  async #setDay(day: string): Promise<void> {
    const timeOfDay = this.#stage.at_ms - dayStart(this.#day);
    const shown = this.#chosen;
    this.#day = day;
    this.#openAnew();
    this.#stage.pause();
    this.#calendar.setDay(day);
    this.#stage.seek(dayStart(day) + Math.max(0, timeOfDay));
    await this.#preferRecorded();
    await this.#loadDay();
    if (this.#chosen.every((camera) => this.#purposes.has(camera))) await this.#open();
    else if (this.#chosen.some((camera) => !shown.includes(camera))) this.#askAgain();
  }

  /** Other cameras than before: their purpose is asked when they are played. */
  #askAgain(): void {
    this.#endViewings();
    this.#stage.empty(say(this.#props.texts, "press_play"));
  }

  async #add(): Promise<void> {
    const uid = this.#select.value;
    this.#select.value = "";
    if (!uid || this.#chosen.includes(uid)) return;
    this.#isChosenByHand = true;
    this.#chosen = [...this.#chosen, uid].slice(-MOST_PANES);
    this.#opened = "";
    if (this.#chosen.length === 1) await Promise.all([this.#calendar.refresh(), this.#loadDay()]);
    await this.#open();
  }

  /** A form on the page speaks of this camera: its pane is chosen, or it gets one. */
  async #showCamera(uid: string): Promise<void> {
    if (this.#stage.choose(uid) || !this.#props.cameras.some((each) => each.uid === uid)) return;
    this.#select.value = uid;
    await this.#add();
    this.#stage.choose(uid);
  }

  async #remove(uid: string): Promise<void> {
    this.#isChosenByHand = true;
    this.#chosen = this.#chosen.filter((each) => each !== uid);
    this.#opened = "";
    if (this.#chosen.length > 0) await Promise.all([this.#loadDay(), this.#open()]);
    else {
      this.#endViewings();
      this.#panes = [];
      this.#stage.empty(say(this.#props.texts, "no_camera"));
    }
  }

  /** Opens the day of the chosen cameras, once however often it is asked for meanwhile: each opening is registered. */
  async #open(): Promise<boolean> {
    const key = `${this.#day} ${this.#chosen.join(" ")}`;
    if (this.#opened === key) return true;
    if (this.#chosen.length === 0) return false;
    if (this.#opening?.key !== key) {
      const opening = { key, done: this.#openNow(key) };
      this.#opening = opening;
      void opening.done.finally(() => {
        if (this.#opening === opening) this.#opening = null;
      });
    }
    return await this.#opening.done;
  }

  /** A purpose is given for the cameras that it names; a camera added later is asked about anew (req: V14.log). */
  async #purposeGiven(cameras: readonly string[]): Promise<boolean> {
    const unasked = cameras.filter((camera) => !this.#purposes.has(camera));
    if (unasked.length === 0) return true;
    const titles = unasked.map((uid) => this.#props.cameras.find((each) => each.uid === uid)?.title ?? uid);
    const purpose = await askPurpose(this.#element, this.#props.texts, this.#props.purposes, titles);
    if (purpose) for (const camera of unasked) this.#purposes.set(camera, purpose);
    return purpose !== null;
  }

  /** One opening per purpose; the panes stand in the order in which their cameras were chosen. */
  async #panesOf(cameras: readonly string[]): Promise<readonly OpenedPane[]> {
    const period = { start_ms: dayStart(this.#day), end_ms: dayStart(addDays(this.#day, 1)) };
    const found = this.#panes.filter((pane) => cameras.includes(pane.camera));
    const missing = cameras.filter((camera) => !found.some((pane) => pane.camera === camera));
    for (const purpose of new Set(missing.map((camera) => this.#purposes.get(camera)))) {
      const body = { cameras: missing.filter((camera) => this.#purposes.get(camera) === purpose), ...period, ...purpose };
      const { panes } = await postJson<{ panes: readonly OpenedPane[] }>(this.#props.open_url, body);
      found.push(...panes);
    }
    return found.toSorted((one, other) => cameras.indexOf(one.camera) - cameras.indexOf(other.camera));
  }

  async #openNow(key: string): Promise<boolean> {
    const cameras = [...this.#chosen];
    if (!(await this.#purposeGiven(cameras))) return false;
    const start_ms = dayStart(this.#day);
    try {
      const panes = await this.#panesOf(cameras);
      this.#endViewings(panes.map((pane) => pane.viewing));
      await this.#stage.show(panes, start_ms);
      this.#panes = panes;
      this.#opened = key;
      this.#notice.replaceChildren();
      return true;
    } catch (error) {
      this.#tell(error);
      return false;
    }
  }

  async #seek(at_ms: number): Promise<void> {
    const day = dayText(at_ms);
    if (day !== this.#day) {
      this.#day = day;
      this.#openAnew();
      this.#calendar.setDay(day);
      this.#stage.seek(at_ms);
      await this.#preferRecorded();
      await this.#loadDay();
    }
    this.#stage.seek(at_ms);
    const { known_ms } = this.#stage;
    const now = Date.now();
    if (known_ms > 0 && at_ms > known_ms && day === dayText(now) && at_ms < now - SETTLED_MS) this.#openAnew();
    if (await this.#open()) this.#stage.seek(at_ms);
  }

  async #toggle(): Promise<void> {
    if (this.#stage.isPlaying) this.#stage.pause();
    else if (await this.#open()) this.#stage.play();
  }

  #moved(at_ms: number): void {
    this.#clock.textContent = `${dayText(at_ms)} ${clockText(at_ms)}`;
    this.#tellShown(at_ms);
    const now = performance.now();
    if (this.#stage.isPlaying && now - this.#followed_at < FOLLOW_MS) return;
    this.#followed_at = now;
    this.#timeline.setInstant(at_ms, true);
  }

  /** Tells the page which camera and which moment the chosen pane shows. */
  #tellShown(at_ms: number): void {
    tellShown(this.#element, { camera: this.#stage.camera || (this.#chosen[0] ?? ""), at_ms });
  }

  #showState(isPlaying: boolean): void {
    setIcon(this.#play, isPlaying ? "player-pause" : "player-play");
    setLabel(this.#play, say(this.#props.texts, isPlaying ? "pause" : "play"));
  }

  #selected(selection: Selection | null): void {
    const page = this.#props.selection_page;
    this.#use.hidden = !selection || !page || this.#chosen.length === 0;
    if (selection && page) this.#use.href = fill(page, { camera: this.#chosen[0] ?? "", ...selection });
  }

  #endViewings(going_on: readonly string[] = []): void {
    const { end_url } = this.#props;
    const ended = this.#stage.viewings.filter((viewing) => !going_on.includes(viewing));
    if (end_url) for (const viewing of ended) tell(fill(end_url, { viewing }));
  }

  #openAnew(): void {
    this.#opened = "";
    this.#panes = [];
  }

  #tell(error: unknown): void {
    const words = error instanceof Problem && error.message ? error.message : say(this.#props.texts, "failed");
    this.#notice.replaceChildren(make("div", { class: "ov-notice is-now", role: "alert" }, words));
  }

  /** The page goes away: the register of use learns when the viewings ended; a page that comes back opens anew. */
  readonly #leave = (): void => {
    this.#endViewings();
    this.#openAnew();
  };

  readonly #key = (event: KeyboardEvent): void => {
    const isButton = event.target instanceof HTMLElement && event.target.matches("button, a, summary");
    if (isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    if (event.key === " " && !isButton) void this.#toggle();
    else if (event.key === "ArrowLeft") void this.#seek(this.#stage.at_ms - (event.shiftKey ? 60_000 : 5_000));
    else if (event.key === "ArrowRight") void this.#seek(this.#stage.at_ms + (event.shiftKey ? 60_000 : 5_000));
    else if (event.key === ",") this.#stage.step(-1);
    else if (event.key === ".") this.#stage.step(1);
    else if (event.key === "i" || event.key === "I") this.#timeline.mark("in");
    else if (event.key === "o" || event.key === "O") this.#timeline.mark("out");
    else return;
    event.preventDefault();
  };
}
