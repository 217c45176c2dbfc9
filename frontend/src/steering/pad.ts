// The panel for steering: who holds control, the pad, lens, presets, wiper.
import { durationText } from "../beijing.ts";
import { icon, iconButton, make } from "../dom.ts";
import { say, type Texts } from "../texts.ts";
import { SteeringChannel, type Axis, type Lease, type May, type Movement, type Preset } from "./channel.ts";
import "../styles/steering.css";

const DIRECTIONS: readonly (readonly [string, string, Axis, Axis])[] = [
  ["arrow-up-left", "move_up_left", -1, 1],
  ["arrow-up", "move_up", 0, 1],
  ["arrow-up-right", "move_up_right", 1, 1],
  ["arrow-left", "move_left", -1, 0],
  ["player-stop", "stop", 0, 0],
  ["arrow-right", "move_right", 1, 0],
  ["arrow-down-left", "move_down_left", -1, -1],
  ["arrow-down", "move_down", 0, -1],
  ["arrow-down-right", "move_down_right", 1, -1],
];

const KEYS: Readonly<Record<string, Movement>> = {
  ArrowUp: { pan: 0, tilt: 1, zoom: 0 },
  ArrowDown: { pan: 0, tilt: -1, zoom: 0 },
  ArrowLeft: { pan: -1, tilt: 0, zoom: 0 },
  ArrowRight: { pan: 1, tilt: 0, zoom: 0 },
  "+": { pan: 0, tilt: 0, zoom: 1 },
  "=": { pan: 0, tilt: 0, zoom: 1 },
  "-": { pan: 0, tilt: 0, zoom: -1 },
};

export class SteeringPad {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #channel: SteeringChannel;
  readonly #holder = make("div", { class: "ov-ptz-holder", role: "status" });
  readonly #note = make("div", { class: "ov-ptz-note", role: "status" });
  readonly #lease = make("div", { class: "ov-ptz-lease" });
  readonly #controls = make("fieldset", { class: "ov-ptz-controls", disabled: true });
  readonly #speed = make("input", { type: "range", min: 16, max: 255, value: 128, class: "form-range" });
  readonly #presets = make("select", { class: "form-select" });
  #held: string | null = null;
  #wiperOn = false;
  #isMine = false;
  #endsAt = 0;
  #current: Lease | null = null;
  readonly #timer: number;

  constructor(texts: Texts, title: string, url: string, presets: readonly Preset[] = []) {
    this.#texts = texts;
    this.element = make(
      "section",
      { class: "ov-ptz-pad", tabindex: 0, "aria-label": `${say(texts, "ptz_control")} ${title}`, title: say(texts, "keys_help") },
      make("header", {}, make("strong", {}, title), this.#holder),
      this.#lease,
      this.#note,
      this.#controls,
    );
    this.#controls.append(this.#padGrid(), this.#lens(), this.#speedRow(), this.#presetRow());
    this.#showPresets(presets);
    this.#channel = new SteeringChannel(url, {
      lease: (lease, may) => this.#showLease(lease, may),
      state: (state, message) => this.#say(say(texts, `command_${state}`) + (message ? `：${message}` : ""), state === "failed" || state === "contradicted"),
      lost: (message) => this.#say(message, true),
      refused: (message, clause) => this.#say(clause ? `${message}（${clause}）` : message, true),
      presets: (list) => this.#showPresets(list),
      connected: (isConnected) => this.#connected(isConnected),
    });
    this.element.addEventListener("keydown", (event) => this.#keyDown(event));
    this.element.addEventListener("keyup", (event) => {
      if (event.key === this.#held) this.#letGo();
    });
    this.element.addEventListener("focusout", (event) => {
      const isWithin = event.relatedTarget instanceof Node && this.element.contains(event.relatedTarget);
      if (!isWithin) this.#letGo();
    });
    this.#timer = window.setInterval(() => this.#tick(), 1000);
    this.#say(say(texts, "connecting"), false);
    this.#channel.open();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#channel.close();
    this.element.remove();
  }

  #connected(isConnected: boolean): void {
    if (isConnected) this.#say("", false);
    else {
      this.#say(say(this.#texts, "disconnected"), true);
      this.#controls.disabled = true;
    }
  }

  #showLease(lease: Lease | null, may: May): void {
    const wasMine = this.#isMine;
    this.#current = lease;
    this.#isMine = lease?.is_mine ?? false;
    if (this.#isMine && !wasMine) this.#say("", false); // what was refused before holds no more
    this.#controls.disabled = !this.#isMine;
    this.#endsAt = lease ? Date.now() + lease.seconds_left * 1000 : 0;
    this.element.classList.toggle("is-mine", this.#isMine);
    this.#tick();
    this.#lease.replaceChildren(...this.#leaseActs(may));
  }

  /** Every attempt is asked of the server, so that a refusal has its row in the audit, also where it is foreseen. */
  #leaseActs(may: May): HTMLElement[] {
    if (this.#isMine) {
      const release = make("button", { type: "button", class: "btn" }, icon("lock-open"), say(this.#texts, "release"));
      release.addEventListener("click", () => this.#channel.release());
      return [release];
    }
    const isPossible = may.take === "grant" || may.take === "take" || may.take === "special";
    const words = say(this.#texts, "take");
    if (!isPossible) {
      const greyed = make("button", { type: "button", class: "btn is-impossible", "aria-disabled": "true", title: may.why }, icon("lock"), words);
      greyed.addEventListener("click", () => this.#channel.take(false, ""));
      return [greyed, make("p", { class: "ov-ptz-why" }, may.why)];
    }
    const take = make("button", { type: "button", class: "btn btn-primary" }, icon("steering-wheel"), words);
    take.addEventListener("click", () => {
      this.#channel.take(false, "");
      if (may.take === "special") this.#askReason(may);
    });
    return may.why ? [take, make("p", { class: "ov-ptz-why" }, may.why)] : [take];
  }

  /** A take-over that the rule only allows in a special circumstance: it is declared, with its reason (req: A4.2). */
  #askReason(may: May): void {
    const reason = make("textarea", { class: "form-control", rows: 3, maxlength: 500, required: true, "aria-label": say(this.#texts, "reason") });
    const confirm = make("button", { type: "submit", class: "btn btn-danger" }, say(this.#texts, "take"));
    const cancel = make("button", { type: "button", class: "btn" }, say(this.#texts, "cancel"));
    const form = make(
      "form",
      { method: "dialog" },
      make("header", {}, make("h2", {}, say(this.#texts, "special"))),
      make(
        "div",
        { class: "ov-dialog-body" },
        make("p", { class: "ov-sentence" }, may.why),
        may.clause ? make("p", { class: "ov-clause" }, say(this.#texts, "according_to", { clause: may.clause })) : "",
        make("label", { class: "form-label" }, say(this.#texts, "reason"), reason),
        make("p", { class: "ov-help" }, say(this.#texts, "special_help")),
      ),
      make("footer", {}, cancel, confirm),
    );
    const dialog = make("dialog", { class: "ov-dialog" }, form);
    cancel.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => this.#channel.take(true, reason.value.trim()));
    dialog.addEventListener("close", () => dialog.remove());
    this.element.append(dialog);
    dialog.showModal();
    reason.focus();
  }

  #tick(): void {
    const lease = this.#current;
    this.#holder.classList.toggle("is-busy", lease !== null);
    if (!lease) {
      this.#holder.textContent = say(this.#texts, "lease_free");
      return;
    }
    const left = Math.max(0, this.#endsAt - Date.now());
    const who = lease.is_mine ? say(this.#texts, "lease_mine") : say(this.#texts, "lease_other", { holder: `${lease.agency} ${lease.holder}` });
    const parts = [who, say(this.#texts, "level", { level: lease.level }), say(this.#texts, "time_left", { time: durationText(this.#texts, left) })];
    if (lease.is_special && lease.reason) parts.push(lease.reason);
    this.#holder.textContent = parts.join(" · ");
  }

  #padGrid(): HTMLElement {
    const pad = make("div", { class: "ov-ptz-grid" });
    for (const [name, label, pan, tilt] of DIRECTIONS) {
      pad.append(this.#holdButton(name, label, () => this.#move({ pan, tilt, zoom: 0 })));
    }
    return pad;
  }

  #lens(): HTMLElement {
    const rows = make("div", { class: "ov-ptz-lens" });
    const row = (label: string, less: [string, string, () => void], more: [string, string, () => void]): void => {
      rows.append(this.#holdButton(...less), make("span", {}, say(this.#texts, label)), this.#holdButton(...more));
    };
    row(
      "zoom",
      ["zoom-out", "zoom_wide", () => this.#move({ pan: 0, tilt: 0, zoom: -1 })],
      ["zoom-in", "zoom_tele", () => this.#move({ pan: 0, tilt: 0, zoom: 1 })],
    );
    row("focus", ["minus", "focus_near", () => this.#turn("focus", -1)], ["plus", "focus_far", () => this.#turn("focus", 1)]);
    row("iris", ["minus", "iris_close", () => this.#turn("iris", -1)], ["plus", "iris_open", () => this.#turn("iris", 1)]);
    return rows;
  }

  #speedRow(): HTMLElement {
    const wiper = iconButton("wiper", say(this.#texts, "wiper"), () => {
      this.#wiperOn = !this.#wiperOn;
      wiper.setAttribute("aria-pressed", String(this.#wiperOn));
      this.#channel.wiper(this.#wiperOn);
    });
    wiper.setAttribute("aria-pressed", "false");
    return make("div", { class: "ov-ptz-row" }, make("label", {}, make("span", {}, say(this.#texts, "speed")), this.#speed), wiper);
  }

  #presetRow(): HTMLElement {
    const number = (): number => Number(this.#presets.value);
    this.#presets.setAttribute("aria-label", say(this.#texts, "presets"));
    return make(
      "div",
      { class: "ov-ptz-row" },
      this.#presets,
      iconButton("player-play", say(this.#texts, "preset_call"), () => this.#channel.preset("call", number())),
      iconButton("device-floppy", say(this.#texts, "preset_set"), () => this.#channel.preset("set", number())),
      iconButton("trash", say(this.#texts, "preset_delete"), () => this.#channel.preset("delete", number())),
    );
  }

  #showPresets(presets: readonly Preset[]): void {
    const names = new Map(presets.map((preset) => [preset.number, preset.name]));
    const numbers = new Set([...names.keys(), ...Array.from({ length: 8 }, (_, index) => index + 1)]);
    const options = [...numbers]
      .toSorted((one, other) => one - other)
      .map((number) => make("option", { value: number }, names.get(number) || say(this.#texts, "preset", { number })));
    this.#presets.replaceChildren(...options);
  }

  /** Hold to move, release to stop; a keyboard holds with space or Enter. */
  #holdButton(name: string, label: string, begin: () => void): HTMLButtonElement {
    const words = say(this.#texts, label);
    const button = make("button", { type: "button", class: "btn btn-icon", title: words, "aria-label": words }, icon(name));
    button.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      button.setPointerCapture(event.pointerId);
      begin();
    });
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      button.addEventListener(end, () => this.#channel.stop());
    }
    button.addEventListener("keydown", (event) => {
      if ((event.key === " " || event.key === "Enter") && !event.repeat) begin();
    });
    button.addEventListener("keyup", (event) => {
      if (event.key === " " || event.key === "Enter") this.#channel.stop();
    });
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    return button;
  }

  #keyDown(event: KeyboardEvent): void {
    const movement = KEYS[event.key];
    const isInControl = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
    if (!movement || isInControl || !this.#isMine || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat || this.#held === event.key) return;
    this.#held = event.key;
    this.#move(movement);
  }

  #letGo(): void {
    this.#held = null;
    this.#channel.stop();
  }

  #move(movement: Movement): void {
    if (movement.pan === 0 && movement.tilt === 0 && movement.zoom === 0) this.#channel.stop();
    else this.#channel.move(movement, Number(this.#speed.value));
  }

  #turn(what: "focus" | "iris", direction: Axis): void {
    this.#channel.turn(what, direction, Number(this.#speed.value));
  }

  #say(words: string, isBad: boolean): void {
    this.#note.textContent = words;
    this.#note.classList.toggle("is-bad", isBad);
  }
}
