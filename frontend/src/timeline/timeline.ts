// The bar of one day: lanes on a canvas, the playing instant, a selection; mouse, touch and keyboard.
import { clockText, durationText } from "../beijing.ts";
import { icon, make } from "../dom.ts";
import { say, type Texts } from "../texts.ts";
import { LANES, lanesOf, spanAt, type DayAnswer, type LaneName, type Lanes } from "./lanes.ts";
import { keyStep, selectionOf, TimeScale, type Selection } from "./scale.ts";

export interface TimelineHooks {
  seek(at_ms: number): void;
  select(selection: Selection | null): void;
  toggle?(): void;
}

const LANE_PX: Readonly<Record<LaneName, number>> = {
  recorded: 18,
  gap: 11,
  anomaly: 11,
  alarm: 11,
  held: 11,
  device: 11,
};
const RULER_PX = 20;
const SPACE_PX = 4;
const DRAG_PX = 4;

export class Timeline {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #hooks: TimelineHooks;
  readonly #canvas: HTMLCanvasElement;
  readonly #tip: HTMLElement;
  readonly #note: HTMLElement;
  readonly #observer: ResizeObserver;
  #scale: TimeScale;
  #lanes: Lanes = lanesOf({ start_ms: 0, end_ms: 0, lanes: {} });
  #at_ms: number;
  #selection: Selection | null = null;
  #mark_ms: number | null = null;
  #pressed: { x: number; isDrag: boolean; edge_ms: number } | null = null;

  constructor(texts: Texts, start_ms: number, end_ms: number, hooks: TimelineHooks) {
    this.#texts = texts;
    this.#hooks = hooks;
    this.#scale = TimeScale.whole(start_ms, end_ms, 800);
    this.#at_ms = start_ms;
    this.#canvas = make("canvas", {
      class: "ov-timeline-canvas",
      tabindex: 0,
      role: "slider",
      "aria-label": say(texts, "timeline"),
      "aria-description": say(texts, "timeline_help"),
      "aria-orientation": "horizontal",
    });
    this.#tip = make("div", { class: "ov-timeline-tip", hidden: true });
    this.#note = make("span", { class: "ov-timeline-note", role: "status" });
    const face = make("div", { class: "ov-timeline-face" }, this.#labels(), make("div", { class: "ov-timeline-plot" }, this.#canvas, this.#tip));
    this.element = make("div", { class: "ov-timeline-body" }, face, this.#tools());
    this.#listen();
    this.#observer = new ResizeObserver(() => this.#fit());
    this.#observer.observe(this.#canvas);
    document.addEventListener("oversite:theme", this.#draw);
    this.#describe();
  }

  stop(): void {
    this.#observer.disconnect();
    document.removeEventListener("oversite:theme", this.#draw);
  }

  get selection(): Selection | null {
    return this.#selection;
  }

  /** Shows another day, whole. */
  show(answer: DayAnswer): void {
    this.#lanes = lanesOf(answer);
    if (answer.start_ms !== this.#scale.first_ms || answer.end_ms !== this.#scale.last_ms) {
      this.#scale = TimeScale.whole(answer.start_ms, answer.end_ms, this.#scale.width);
      this.select(null);
    }
    this.#draw();
  }

  /** Moves the playing instant; zoomed in, the view follows it. */
  setInstant(at_ms: number, isFollowed: boolean): void {
    this.#at_ms = at_ms;
    if (isFollowed && !this.#pressed) this.#scale = this.#scale.showing(at_ms);
    this.#draw();
    this.#canvas.setAttribute("aria-valuenow", String(Math.round(at_ms / 1000)));
    this.#canvas.setAttribute("aria-valuetext", clockText(at_ms));
  }

  select(selection: Selection | null): void {
    this.#selection = selection;
    this.#hooks.select(selection);
    this.#describe();
    this.#draw();
  }

  zoom(factor: number, anchor_ms: number = this.#at_ms): void {
    const isInView = anchor_ms >= this.#scale.start_ms && anchor_ms <= this.#scale.end_ms;
    this.#scale = this.#scale.zoomed(factor, isInView ? anchor_ms : (this.#scale.start_ms + this.#scale.end_ms) / 2);
    this.#draw();
  }

  mark(end: "in" | "out"): void {
    const other = end === "in" ? this.#selection?.end_ms : this.#selection?.start_ms;
    if (other !== undefined && (end === "in" ? this.#at_ms < other : this.#at_ms > other)) {
      this.select(selectionOf(this.#at_ms, other));
    } else if (end === "out" && this.#mark_ms !== null && this.#at_ms > this.#mark_ms) {
      this.select(selectionOf(this.#mark_ms, this.#at_ms));
    }
    if (end === "in") this.#mark_ms = this.#at_ms;
    this.#draw();
  }

  #labels(): HTMLElement {
    const names = LANES.map((lane) => make("span", { class: `is-${lane}` }, say(this.#texts, `lane_${lane}`)));
    return make("div", { class: "ov-timeline-labels", "aria-hidden": "true" }, make("span", { class: "is-ruler" }), ...names);
  }

  #tools(): HTMLElement {
    const button = (name: string, key: string, act: () => void): HTMLElement => {
      const label = say(this.#texts, key);
      const face = name === "I" || name === "O" ? make("kbd", {}, name) : icon(name);
      const made = make("button", { type: "button", class: "btn btn-icon", title: label, "aria-label": label }, face);
      made.addEventListener("click", act);
      return made;
    };
    return make(
      "div",
      { class: "ov-timeline-tools" },
      this.#note,
      button("I", "mark_in", () => this.mark("in")),
      button("O", "mark_out", () => this.mark("out")),
      button("x", "clear_marks", () => this.select(null)),
      button("zoom-out", "zoom_out", () => this.zoom(0.5)),
      button("zoom-in", "zoom_in", () => this.zoom(2)),
      button("maximize", "whole_day", () => this.zoom(0)),
    );
  }

  #describe(): void {
    const chosen = this.#selection;
    this.#note.textContent = chosen
      ? say(this.#texts, "selection", {
          from: clockText(chosen.start_ms),
          to: clockText(chosen.end_ms),
          duration: durationText(this.#texts, chosen.end_ms - chosen.start_ms),
        })
      : say(this.#texts, "no_selection");
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#release(event));
    canvas.addEventListener("pointercancel", () => (this.#pressed = null));
    canvas.addEventListener("pointerleave", () => (this.#tip.hidden = true));
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          this.#scale = this.#scale.moved((event.deltaX || event.deltaY) * this.#scale.ms_per_pixel);
          this.#draw();
        } else this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.#scale.ms(event.offsetX));
      },
      { passive: false },
    );
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    const chosen = this.#selection;
    let edge_ms = this.#scale.ms(event.offsetX);
    if (chosen) {
      const near = (at_ms: number): boolean => Math.abs(this.#scale.x(at_ms) - event.offsetX) < 6;
      if (near(chosen.start_ms)) edge_ms = chosen.end_ms;
      else if (near(chosen.end_ms)) edge_ms = chosen.start_ms;
    }
    this.#pressed = { x: event.offsetX, isDrag: false, edge_ms };
  }

  #move(event: PointerEvent): void {
    const at_ms = this.#scale.ms(event.offsetX);
    const pressed = this.#pressed;
    if (pressed) {
      pressed.isDrag ||= Math.abs(event.offsetX - pressed.x) > DRAG_PX;
      if (pressed.isDrag) this.select(selectionOf(pressed.edge_ms, at_ms));
    }
    this.#showTip(event.offsetX, event.offsetY, at_ms);
  }

  #release(event: PointerEvent): void {
    const pressed = this.#pressed;
    this.#pressed = null;
    if (pressed && !pressed.isDrag) this.#hooks.seek(Math.round(this.#scale.ms(event.offsetX)));
  }

  #showTip(x: number, y: number, at_ms: number): void {
    const lane = this.#laneAt(y);
    const span = lane ? spanAt(this.#lanes[lane], at_ms, this.#scale.ms_per_pixel * 3) : null;
    const words = span ? [say(this.#texts, `lane_${lane}`), span.title ?? span.cause ?? ""].filter(Boolean).join(" · ") : "";
    const until = span ? ` ${clockText(span.start_ms)} – ${clockText(span.end_ms)}` : "";
    this.#tip.textContent = words ? `${words}${until}` : clockText(at_ms);
    this.#tip.hidden = false;
    this.#tip.style.left = `${Math.min(Math.max(x, 40), this.#scale.width - 40)}px`;
  }

  #laneAt(y: number): LaneName | null {
    let top = RULER_PX;
    for (const lane of LANES) {
      const height = LANE_PX[lane] + SPACE_PX;
      if (y >= top && y < top + height) return lane;
      top += height;
    }
    return null;
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = keyStep(this.#scale.length_ms, event.shiftKey);
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#hooks.seek(this.#at_ms - step),
      ArrowRight: () => this.#hooks.seek(this.#at_ms + step),
      Home: () => this.#hooks.seek(this.#scale.first_ms),
      End: () => this.#hooks.seek(this.#scale.last_ms - 1000),
      "+": () => this.zoom(2),
      "=": () => this.zoom(2),
      "-": () => this.zoom(0.5),
      " ": () => this.#hooks.toggle?.(),
      i: () => this.mark("in"),
      I: () => this.mark("in"),
      o: () => this.mark("out"),
      O: () => this.mark("out"),
      Escape: () => this.select(null),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #fit(): void {
    const ratio = devicePixelRatio || 1;
    const width = this.#canvas.clientWidth;
    const height = this.#canvas.clientHeight;
    this.#canvas.width = Math.round(width * ratio);
    this.#canvas.height = Math.round(height * ratio);
    this.#scale = this.#scale.resized(width);
    this.#draw();
  }

  readonly #draw = (): void => {
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    const ratio = devicePixelRatio || 1;
    const style = getComputedStyle(this.#canvas);
    const colour = (name: string): string => style.getPropertyValue(name).trim() || "gray";
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.#canvas.clientWidth, this.#canvas.clientHeight);
    this.#drawRuler(context, colour);
    let top = RULER_PX;
    for (const lane of LANES) {
      this.#drawLane(context, lane, top, colour);
      top += LANE_PX[lane] + SPACE_PX;
    }
    this.#drawSelection(context, top, colour);
    this.#drawInstant(context, top, colour("--ov-text"));
  };

  #drawRuler(context: CanvasRenderingContext2D, colour: (name: string) => string): void {
    context.font = `11px ${getComputedStyle(this.#canvas).fontFamily}`;
    context.textBaseline = "top";
    for (const tick of this.#scale.ticks()) {
      const x = Math.round(this.#scale.x(tick.at_ms)) + 0.5;
      context.strokeStyle = colour("--ov-line");
      context.beginPath();
      context.moveTo(x, 14);
      context.lineTo(x, 200);
      context.stroke();
      context.fillStyle = colour("--ov-soft");
      const half = context.measureText(tick.label).width / 2;
      context.fillText(tick.label, Math.min(Math.max(x - half, 0), this.#scale.width - 2 * half), 1);
    }
  }

  #drawLane(context: CanvasRenderingContext2D, lane: LaneName, top: number, colour: (name: string) => string): void {
    const height = LANE_PX[lane];
    context.fillStyle = colour("--ov-timeline-ground");
    context.fillRect(0, top, this.#scale.width, height);
    context.fillStyle = colour(`--ov-lane-${lane}`);
    const isMark = lane === "anomaly" || lane === "alarm";
    for (const span of this.#lanes[lane]) {
      const x = this.#scale.x(span.start_ms);
      const width = this.#scale.x(span.end_ms) - x;
      if (x > this.#scale.width || x + width < 0) continue;
      context.fillRect(x, top, Math.max(width, isMark ? 4 : 1), height);
    }
  }

  #drawSelection(context: CanvasRenderingContext2D, bottom: number, colour: (name: string) => string): void {
    if (this.#mark_ms !== null && !this.#selection) {
      context.fillStyle = colour("--ov-accent");
      context.fillRect(this.#scale.x(this.#mark_ms) - 1, RULER_PX, 2, bottom - RULER_PX);
    }
    if (!this.#selection) return;
    const x = this.#scale.x(this.#selection.start_ms);
    const end = this.#scale.x(this.#selection.end_ms);
    context.globalAlpha = 0.22;
    context.fillStyle = colour("--ov-accent");
    context.fillRect(x, RULER_PX - 4, end - x, bottom - RULER_PX + 4);
    context.globalAlpha = 1;
    context.fillRect(x - 1, RULER_PX - 4, 2, bottom - RULER_PX + 4);
    context.fillRect(end - 1, RULER_PX - 4, 2, bottom - RULER_PX + 4);
  }

  #drawInstant(context: CanvasRenderingContext2D, bottom: number, colour: string): void {
    const x = Math.round(this.#scale.x(this.#at_ms));
    if (x < 0 || x > this.#scale.width) return;
    context.fillStyle = colour;
    context.fillRect(x - 1, 12, 2, bottom - 12);
    context.beginPath();
    context.moveTo(x - 5, 12);
    context.lineTo(x + 5, 12);
    context.lineTo(x, 19);
    context.fill();
  }
}
