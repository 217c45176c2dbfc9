// The checklist in the field: kept on the device with every stroke, sent when there is a network, taken once.
import { clockText, instantText } from "../beijing.ts";
import { make } from "../dom.ts";
import { keep, type Keeping } from "../field/keeping.ts";
import type { Clash } from "../field/merge.ts";
import { Pad } from "../field/pad.ts";
import { send, waiting, type Addresses, type Outcome } from "../field/sending.ts";
import { drafts, freshId, photos, signatures, type Draft, type Place, type Values } from "../field/store.ts";
import { say, type Texts } from "../texts.ts";

interface Props extends Addresses, Keeping {
  readonly texts: Texts;
  readonly user: number;
  readonly revision: number;
  readonly values: Values;
}

const PAUSE_MS = 1200;
const RETRY_MS = 15_000;
type Tone = "good" | "busy" | "soon" | "now";

export function mount(element: HTMLElement, raw: unknown): (() => void) | void {
  const form = element.closest("form");
  if (!form) return undefined;
  const field = new Field(element, form, raw as Props);
  void field.begin();
  return () => field.end();
}

class Field {
  readonly #form: HTMLFormElement;
  readonly #props: Props;
  readonly #words = make("p", { class: "ov-field-state", role: "status", "aria-live": "polite" });
  readonly #keeping = make("p", { class: "ov-help" });
  readonly #clashes = make("div", { hidden: true, class: "ov-clashes", role: "alert" });
  readonly #stop = new AbortController();
  #revision: number;
  #base: Values;
  #place: Place = null;
  #timer = 0;
  #sending: Promise<void> | null = null;

  constructor(element: HTMLElement, form: HTMLFormElement, props: Props) {
    this.#form = form;
    this.#props = props;
    this.#revision = props.revision;
    this.#base = props.values;
    element.append(this.#words, this.#keeping, this.#clashes);
  }

  async begin(): Promise<void> {
    const signal = this.#stop.signal;
    this.#form.addEventListener("input", () => void this.#typed(), { signal });
    this.#form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        void this.#keep().then(() => this.#send());
      },
      { signal },
    );
    window.addEventListener("online", () => void this.#send(), { signal });
    window.addEventListener("offline", () => this.#say("kept", {}, "soon"), { signal });
    const photo = document.querySelector<HTMLFormElement>("#field-photo");
    photo?.querySelector("input[type=file]")?.addEventListener("change", () => void this.#photograph(photo), { signal });
    photo?.classList.add("is-direct");
    for (const place of document.querySelectorAll<HTMLElement>("[data-sign]")) this.#offerPad(place);
    this.#locate();
    await this.#restore();
    await this.#send();
    await this.#showKept();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  #locate(): void {
    navigator.geolocation?.getCurrentPosition(
      ({ coords }) => {
        this.#place = [Number(coords.latitude.toFixed(6)), Number(coords.longitude.toFixed(6))];
      },
      () => undefined,
      { enableHighAccuracy: true, timeout: 20_000 },
    );
  }

  async #restore(): Promise<void> {
    const [kept] = await drafts.of(this.#props.key);
    if (kept?.user === this.#props.user) {
      fillIn(this.#form, kept.values);
      this.#base = kept.base;
      this.#revision = kept.revision;
      this.#say("restored", {}, "soon");
    }
    await this.#showWaiting();
  }

  async #typed(): Promise<void> {
    await this.#keep();
    this.#later(PAUSE_MS);
  }

  async #keep(): Promise<void> {
    const { key, user } = this.#props;
    const values = valuesOf(this.#form);
    const draft: Draft = {
      key,
      user,
      client_id: freshId(),
      written_at: new Date().toISOString(),
      revision: this.#revision,
      values,
      base: this.#base,
      place: this.#place,
    };
    await drafts.put(draft);
    this.#say("kept", {}, "soon");
  }

  #later(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), pause);
  }

  async #send(): Promise<void> {
    this.#sending ??= this.#sendNow().finally(() => {
      this.#sending = null;
    });
    await this.#sending;
  }

  async #sendNow(): Promise<void> {
    const outcome = await send(this.#props, this.#props.user);
    await this.#told(outcome);
    await this.#showWaiting();
  }

  async #told(outcome: Outcome): Promise<void> {
    switch (outcome.kind) {
      case "nothing":
        return;
      case "offline":
        this.#say("kept", {}, "soon");
        this.#later(RETRY_MS);
        return;
      case "signed-out":
      case "other-user":
        this.#say(outcome.kind, {}, "now");
        return;
      case "refused":
        this.#say("refused", { message: outcome.message }, "now");
        return;
      case "clash":
        this.#say("clash", { who: outcome.by }, "now");
        this.#ask(outcome.clashes, outcome.draft);
        return;
      case "sent":
        await this.#took(outcome.revision, outcome.values, outcome.refused);
    }
  }

  async #took(revision: number, values: Values, refused: readonly string[]): Promise<void> {
    this.#revision = revision;
    this.#base = values;
    const [newer] = await drafts.of(this.#props.key);
    if (newer) {
      await this.#typed();
      return;
    }
    fillIn(this.#form, values);
    const hidden = this.#form.elements.namedItem("revision");
    if (hidden instanceof HTMLInputElement) hidden.value = String(revision);
    if (refused.length > 0) this.#say("refused", { message: refused.join(" ") }, "now");
    else this.#say("saved", { time: clockText(Date.now()) }, "good");
  }

  /** Shows what both changed, so that a person decides; nothing is sent until then. */
  #ask(clashes: readonly Clash[], draft: Draft): void {
    const { texts } = this.#props;
    const rows = clashes.map((clash) => {
      const option = (value: string, label: string, isMine: boolean): HTMLElement =>
        make(
          "label",
          { class: "form-check" },
          make("input", { type: "radio", class: "form-check-input", name: `clash-${clash.name}`, value, checked: isMine }),
          make("span", { class: "form-check-label" }, `${label}: ${shown(this.#form, clash.name, value)}`),
        );
      return make(
        "fieldset",
        { class: "ov-clash" },
        make("legend", {}, labelOf(this.#form, clash.name)),
        option(clash.mine, say(texts, "mine"), true),
        option(clash.theirs, say(texts, "theirs"), false),
      );
    });
    const button = make("button", { type: "button", class: "btn btn-primary" }, say(texts, "settle"));
    button.addEventListener("click", () => void this.#settle(clashes, draft));
    this.#clashes.replaceChildren(...rows, button);
    this.#clashes.hidden = false;
  }

  async #settle(clashes: readonly Clash[], draft: Draft): Promise<void> {
    const values: Record<string, string> = { ...draft.values };
    for (const { name } of clashes) {
      const chosen = this.#clashes.querySelector<HTMLInputElement>(`input[name="clash-${CSS.escape(name)}"]:checked`);
      if (chosen) values[name] = chosen.value;
    }
    this.#clashes.hidden = true;
    await drafts.put({ ...draft, values, client_id: freshId() });
    fillIn(this.#form, values);
    this.#base = draft.base;
    this.#revision = draft.revision;
    await this.#send();
  }

  async #photograph(form: HTMLFormElement): Promise<void> {
    const input = form.querySelector<HTMLInputElement>("input[type=file]");
    const { key, user } = this.#props;
    for (const file of input?.files ?? []) {
      const taken_at = new Date(file.lastModified).toISOString();
      await photos.put({ id: freshId(), key, user, name: file.name, data: file, taken_at, place: this.#place });
    }
    form.reset();
    await this.#showWaiting();
    await this.#send();
  }

  #offerPad(place: HTMLElement): void {
    const { texts } = this.#props;
    const { sign = "", label = "", name = "" } = place.dataset;
    const done = make("button", { type: "button", class: "btn btn-primary", disabled: true }, say(texts, "sign_done"));
    const again = make("button", { type: "button", class: "btn" }, say(texts, "sign_again"));
    const pad = new Pad(label, () => {
      done.disabled = pad.strokes === null;
    });
    again.addEventListener("click", () => {
      place.classList.remove("is-signed");
      place.querySelector("img")?.remove();
      pad.clear();
    });
    done.addEventListener("click", () => void this.#sign(place, sign, name, pad));
    place.append(pad.canvas, make("div", { class: "ov-pad-acts" }, again, done));
  }

  async #sign(place: HTMLElement, role: string, fixed: string, pad: Pad): Promise<void> {
    const typed = place.querySelector<HTMLInputElement>("input");
    const name = (fixed || typed?.value || "").trim();
    const { key, user } = this.#props;
    const words = place.querySelector<HTMLElement>("[data-sign-state]");
    const problem = unansweredIn(this.#form) > 0 ? "sign_early" : name ? "" : "sign_name";
    if (words) words.textContent = problem ? say(this.#props.texts, problem, { count: unansweredIn(this.#form) }) : "";
    if (problem || pad.strokes === null) return;
    for (const before of await signatures.of(key)) if (before.role === role) await signatures.remove(before.id);
    const signed_at = new Date().toISOString();
    await signatures.put({ id: freshId(), key, user, role, name, strokes: pad.strokes, signed_at, place: this.#place });
    place.classList.add("is-signed");
    if (words) words.textContent = say(this.#props.texts, "signed", { name, time: instantText(Date.now()) });
    await this.#showWaiting();
    await this.#send();
  }

  /** How much of this inspection is only on the device. */
  async #showWaiting(): Promise<void> {
    const { texts, key, user } = this.#props;
    const left = await waiting(key, user);
    const list = document.querySelector<HTMLElement>("[data-field-waiting]");
    if (list) {
      list.hidden = left.photos + left.signatures === 0;
      list.textContent = say(texts, "waiting", { photos: left.photos, signatures: left.signatures });
    }
  }

  async #showKept(): Promise<void> {
    const kept = await keep(this.#props);
    const key = kept.kind === "failed" && !navigator.onLine ? "pages_offline" : `pages_${kept.kind}`;
    this.#keeping.textContent = say(this.#props.texts, key, kept.kind === "kept" ? { time: clockText(kept.at_ms) } : {});
    this.#form.dataset["kept"] = kept.kind;
  }

  #say(key: string, values: Readonly<Record<string, string | number>> = {}, tone: Tone = "busy"): void {
    this.#words.textContent = say(this.#props.texts, key, values);
    this.#words.dataset["tone"] = tone;
    this.#words.dataset["state"] = key;
  }
}

const FIELDS = /^(?:answer-|note-|counted_amount$|disinfectant$|remark$)/;

function valuesOf(form: HTMLFormElement): Values {
  const values: Record<string, string> = {};
  for (const field of form.elements) {
    const name = (field as HTMLInputElement).name ?? "";
    if (FIELDS.test(name)) values[name] ??= "";
  }
  for (const [name, value] of new FormData(form)) if (FIELDS.test(name) && typeof value === "string") values[name] = value;
  return values;
}

function fillIn(form: HTMLFormElement, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    const field = form.elements.namedItem(name);
    if (field instanceof RadioNodeList) {
      for (const each of field) if (each instanceof HTMLInputElement) each.checked = each.value === value;
    } else if ((field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) && document.activeElement !== field) field.value = value;
  }
}

function unansweredIn(form: HTMLFormElement): number {
  return Object.entries(valuesOf(form)).filter(([name, value]) => name.startsWith("answer-") && !value).length;
}

function labelOf(form: HTMLFormElement, name: string): string {
  const item = form.querySelector(`[name="${CSS.escape(name)}"]`);
  const own = item?.id ? form.querySelector(`label[for="${CSS.escape(item.id)}"]`)?.textContent : null;
  const words = own ?? item?.closest(".ov-field")?.querySelector(".form-label")?.textContent ?? name;
  return words.trim();
}

/** A value as people read it: the word beside a radio button, else the text. */
function shown(form: HTMLFormElement, name: string, value: string): string {
  const radio = form.querySelector(`[name="${CSS.escape(name)}"][type=radio][value="${CSS.escape(value)}"]`);
  return (radio?.closest("label")?.textContent ?? value).trim() || "—";
}
