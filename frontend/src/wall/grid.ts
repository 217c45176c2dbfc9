// The panes of the wall: how many, which picture in which, one enlarged.
import { icon, make } from "../dom.ts";
import { fill } from "../http.ts";
import { LivePane, type LiveUrls } from "../media/live_pane.ts";
import { say, type Texts } from "../texts.ts";
import { tellShown } from "../shell/shown.ts";
import { streamFor } from "./layout.ts";
import type { CameraNode } from "./nodes.ts";

export interface GridUrls extends LiveUrls {
  readonly playback_page?: string;
  readonly mark_page?: string;
}

export interface GridHooks {
  changed(): void;
  chosen(): void;
  steer(camera: CameraNode): void;
  snapshot(pane: LivePane): void;
  enlarged(index: number | null): void;
}

export class PaneGrid {
  readonly element = make("div", { class: "ov-grid" });
  readonly #texts: Texts;
  readonly #urls: GridUrls;
  readonly #hooks: GridHooks;
  readonly #cells: { box: HTMLElement; camera: CameraNode | null; pane: LivePane | null }[] = [];
  #layout = 0;
  #chosen = 0;
  #alone: number | null = null;

  constructor(texts: Texts, urls: GridUrls, hooks: GridHooks) {
    this.#texts = texts;
    this.#urls = urls;
    this.#hooks = hooks;
  }

  get layout(): number {
    return this.#layout;
  }

  get cameras(): string[] {
    return this.#cells.flatMap((cell) => (cell.camera ? [cell.camera.uid] : []));
  }

  /** The camera of the chosen pane; where that one is empty, of the first that is not. */
  get camera(): string {
    return this.#cells[this.#chosen]?.camera?.uid ?? this.cameras[0] ?? "";
  }

  get isPlaying(): boolean {
    return this.#cells.some((cell) => cell.pane?.player.status.stage === "playing");
  }

  setLayout(layout: number): void {
    if (layout === this.#layout) return;
    this.restore();
    const kept = this.#cells.flatMap((cell) => (cell.camera ? [cell.camera] : []));
    const isOtherStream = streamFor(layout, {}) !== streamFor(this.#layout, {});
    while (this.#cells.length > layout) this.#remove(this.#cells.length - 1);
    for (const cell of this.#cells) if (isOtherStream) this.#empty(cell);
    while (this.#cells.length < layout) this.#add();
    this.#layout = layout;
    this.element.dataset.layout = String(layout);
    if (isOtherStream) {
      for (const cell of this.#cells) cell.camera = null;
      kept.slice(0, layout).forEach((camera, index) => this.put(camera, index));
    }
    this.choose(Math.min(this.#chosen, layout - 1));
    this.#hooks.changed();
  }

  /** Shows a camera in a pane; without a pane in the chosen one, or in the first that is empty. */
  put(camera: CameraNode, index: number = this.#nextFree()): void {
    const present = this.#cells.findIndex((cell) => cell.camera?.uid === camera.uid);
    if (present >= 0 && this.#cells[present]?.pane) {
      this.choose(present);
      return;
    }
    const cell = this.#cells[index];
    if (!cell) return;
    this.#empty(cell);
    const pane = new LivePane(this.#texts, camera, this.#urls, streamFor(this.#layout, camera));
    cell.camera = camera;
    cell.pane = pane;
    cell.box.replaceChildren(pane.element);
    this.#addActs(pane, camera, index);
    this.choose(index);
    this.#hooks.changed();
  }

  choose(index: number): void {
    this.#chosen = Math.max(0, index);
    this.#cells.forEach((cell, each) => cell.box.classList.toggle("is-chosen", each === this.#chosen));
    this.tell();
    this.#hooks.chosen();
  }

  /** Tells the page which camera and which moment the chosen pane shows. */
  tell(): void {
    const cell = this.#cells[this.#chosen];
    if (cell?.camera && cell.pane) tellShown(this.element, { camera: cell.camera.uid, at_ms: Math.round(cell.pane.player.shown_ms) });
  }

  clear(): void {
    this.restore();
    for (const [index, cell] of this.#cells.entries()) {
      this.#empty(cell);
      cell.camera = null;
      this.#drawEmpty(index);
    }
    this.choose(0);
    this.#hooks.changed();
  }

  enlarge(index: number): void {
    if (this.#alone === index || this.#layout === 1) {
      this.restore();
      return;
    }
    this.restore();
    const cell = this.#cells[index];
    if (!cell?.pane) return;
    this.#alone = index;
    this.element.classList.add("is-alone");
    cell.box.classList.add("is-alone");
    if (cell.pane.stream === 1) cell.pane.player.restart(0);
    this.#hooks.enlarged(index);
  }

  /** From one picture alone back to all panes. */
  restore(): void {
    if (this.#alone === null) return;
    const cell = this.#cells[this.#alone];
    this.#alone = null;
    this.element.classList.remove("is-alone");
    cell?.box.classList.remove("is-alone");
    if (cell?.pane && cell.camera && cell.pane.stream === 0 && streamFor(this.#layout, cell.camera) === 1) {
      cell.pane.player.restart(1);
    }
    this.#hooks.enlarged(null);
  }

  #addActs(pane: LivePane, camera: CameraNode, index: number): void {
    const text = (key: string): string => say(this.#texts, key);
    if (camera.can_steer) pane.addAct("steering-wheel", text("pane_steer"), () => this.#hooks.steer(camera));
    if (this.#urls.snapshot_url) pane.addAct("camera", text("pane_snapshot"), () => this.#hooks.snapshot(pane));
    const { mark_page, playback_page } = this.#urls;
    if (mark_page) {
      pane.addAct("flag", text("pane_mark"), () => {
        location.assign(fill(mark_page, { camera: camera.uid, at_ms: Math.round(pane.player.shown_ms) }));
      });
    }
    if (playback_page) {
      pane.addAct("history", text("pane_playback"), () => location.assign(fill(playback_page, { camera: camera.uid })));
    }
    if (camera.has_sub_stream) {
      pane.addAct("badge-hd", text("pane_stream"), () => pane.player.restart(pane.stream === 0 ? 1 : 0));
    }
    pane.addAct("refresh", text("pane_reconnect"), () => pane.player.restart());
    pane.addAct("maximize", text("pane_enlarge"), () => this.enlarge(index));
    pane.addAct("x", text("pane_close"), () => this.#close(index));
    pane.element.addEventListener("dblclick", () => this.enlarge(index));
  }

  #close(index: number): void {
    if (this.#alone === index) this.restore();
    const cell = this.#cells[index];
    if (!cell) return;
    this.#empty(cell);
    cell.camera = null;
    this.#drawEmpty(index);
    this.#hooks.changed();
  }

  #nextFree(): number {
    if (!this.#cells[this.#chosen]?.camera) return this.#chosen;
    const free = this.#cells.findIndex((cell) => !cell.camera);
    return free >= 0 ? free : this.#chosen;
  }

  #add(): void {
    const index = this.#cells.length;
    const box = make("div", { class: "ov-cell", tabindex: 0, role: "group", "aria-label": say(this.#texts, "pane", { number: index + 1 }) });
    box.addEventListener("pointerdown", () => this.choose(index));
    box.addEventListener("focusin", () => this.choose(index));
    box.addEventListener("dragover", (event) => {
      event.preventDefault();
      box.classList.add("is-target");
    });
    box.addEventListener("dragleave", () => box.classList.remove("is-target"));
    box.addEventListener("drop", (event) => {
      event.preventDefault();
      box.classList.remove("is-target");
      const uid = event.dataTransfer?.getData("text/x-oversite-camera") ?? "";
      if (uid) box.dispatchEvent(new CustomEvent("wall:drop", { bubbles: true, detail: { uid, index } }));
    });
    this.#cells.push({ box, camera: null, pane: null });
    this.element.append(box);
    this.#drawEmpty(index);
  }

  #drawEmpty(index: number): void {
    const words = make("p", {}, say(this.#texts, "pane_empty"));
    this.#cells[index]?.box.replaceChildren(make("div", { class: "ov-cell-empty" }, icon("video"), words));
  }

  #remove(index: number): void {
    const cell = this.#cells[index];
    if (!cell) return;
    this.#empty(cell);
    cell.box.remove();
    this.#cells.splice(index, 1);
  }

  #empty(cell: { pane: LivePane | null }): void {
    cell.pane?.stop();
    cell.pane = null;
  }
}
