// The checklist in the field: kept on the device with every stroke, sent when there is a network, taken once.
import { make } from "../dom.ts";
import { draftOf, forgetDraft, forgetPhoto, freshId, keepDraft, keepPhoto, photosOf, type Draft, type Photo } from "../field/store.ts";
import { answerOf, postJson, Problem } from "../http.ts";
import { say, type Texts } from "../texts.ts";

interface Props {
  readonly texts: Texts;
  readonly key: string;
  readonly revision: number;
  readonly draft_url: string;
  readonly photo_url: string;
}

const PAUSE_MS = 1200;
const RETRY_MS = 15_000;

export function mount(element: HTMLElement, raw: unknown): (() => void) | void {
  const form = element.closest("form");
  if (!form) return undefined;
  const field = new Field(element, form, raw as Props);
  field.begin();
  return () => field.end();
}

class Field {
  readonly #form: HTMLFormElement;
  readonly #props: Props;
  readonly #words: HTMLElement;
  readonly #stop = new AbortController();
  #revision: number;
  #place: readonly [number, number] | null = null;
  #timer = 0;
  #isSending = false;

  constructor(element: HTMLElement, form: HTMLFormElement, props: Props) {
    this.#form = form;
    this.#props = props;
    this.#revision = props.revision;
    this.#words = make("p", { class: "ov-help", role: "status", "aria-live": "polite" });
    element.append(this.#words);
  }

  begin(): void {
    const signal = this.#stop.signal;
    const kept = draftOf(this.#props.key);
    if (kept) {
      restore(this.#form, kept);
      this.#say("restored");
    }
    this.#form.addEventListener("input", () => this.#typed(), { signal });
    this.#form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        this.#keep();
        void this.#send();
      },
      { signal },
    );
    window.addEventListener("online", () => void this.#send(), { signal });
    const photo = document.querySelector<HTMLFormElement>("#field-photo");
    photo?.addEventListener("submit", (event) => void this.#photograph(event, photo), { signal });
    navigator.geolocation?.getCurrentPosition(
      (position) => {
        this.#place = [Number(position.coords.latitude.toFixed(6)), Number(position.coords.longitude.toFixed(6))];
      },
      () => undefined,
      { enableHighAccuracy: true, timeout: 20_000 },
    );
    void this.#send();
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#stop.abort();
  }

  #typed(): void {
    this.#keep();
    this.#later(PAUSE_MS);
  }

  #keep(): void {
    keepDraft(this.#props.key, written(this.#form, this.#revision, this.#place));
    this.#say("kept");
  }

  #later(pause: number): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), pause);
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      await this.#sendDraft();
      await this.#sendPhotos();
    } catch (error) {
      if (error instanceof Problem) this.#say("refused", { message: error.message });
      else {
        this.#say("kept");
        this.#later(RETRY_MS);
      }
    } finally {
      this.#isSending = false;
    }
  }

  async #sendDraft(): Promise<void> {
    const draft = draftOf(this.#props.key);
    if (!draft) return;
    this.#say("sending");
    const answer = await postJson<{ revision: number }>(this.#props.draft_url, draft, this.#stop.signal);
    this.#revision = answer.revision;
    const hidden = this.#form.elements.namedItem("revision");
    if (hidden instanceof HTMLInputElement) hidden.value = String(answer.revision);
    if (forgetDraft(this.#props.key, draft.client_id)) this.#say("saved", { time: new Date().toLocaleTimeString() });
    else this.#typed();
  }

  async #photograph(event: Event, form: HTMLFormElement): Promise<void> {
    event.preventDefault();
    const input = form.querySelector<HTMLInputElement>("input[type=file]");
    const file = input?.files?.[0];
    if (!file) return;
    await keepPhoto({
      id: freshId(),
      key: this.#props.key,
      name: file.name,
      data: file,
      taken_at: new Date(file.lastModified).toISOString(),
      place: this.#place,
    });
    form.reset();
    await this.#send();
  }

  async #sendPhotos(): Promise<void> {
    const waiting = await photosOf(this.#props.key);
    for (const [index, photo] of waiting.entries()) {
      this.#say("photos_kept", { count: waiting.length - index });
      await this.#sendPhoto(photo);
    }
    if (waiting.length > 0) this.#say("saved", { time: new Date().toLocaleTimeString() });
  }

  async #sendPhoto(photo: Photo): Promise<void> {
    const body = new FormData();
    body.append("file", photo.data, photo.name);
    body.append("taken_at", photo.taken_at);
    if (photo.place) {
      body.append("latitude", String(photo.place[0]));
      body.append("longitude", String(photo.place[1]));
    }
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
    const headers = { Accept: "application/json", "X-CSRFToken": token };
    const answer = await fetch(this.#props.photo_url, { method: "POST", headers, body, signal: this.#stop.signal });
    try {
      await answerOf(answer);
    } catch (error) {
      // what the server will never take must not stop the rest
      if (error instanceof Problem && error.status === 422) this.#say("refused", { message: error.message });
      else throw error;
    }
    await forgetPhoto(photo.id);
  }

  #say(key: string, values: Readonly<Record<string, string | number>> = {}): void {
    this.#words.textContent = say(this.#props.texts, key, values);
  }
}

/** The form as a draft of this moment. */
function written(form: HTMLFormElement, revision: number, place: readonly [number, number] | null): Draft {
  const data = new FormData(form);
  const text = (name: string): string => {
    const value = data.get(name);
    return typeof value === "string" ? value : "";
  };
  const findings: Record<string, { answer: string; note: string }> = {};
  for (const name of data.keys()) {
    const key = /^(?:answer|note)-(.+)$/.exec(name)?.[1];
    if (key) findings[key] = { answer: text(`answer-${key}`), note: text(`note-${key}`) };
  }
  return {
    client_id: freshId(),
    written_at: new Date().toISOString(),
    revision,
    findings,
    counted_amount: text("counted_amount"),
    remark: text("remark"),
    disinfectant: text("disinfectant"),
    place,
  };
}

function restore(form: HTMLFormElement, draft: Draft): void {
  const set = (name: string, value: string): void => {
    const field = form.elements.namedItem(name);
    if (field instanceof RadioNodeList || field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement) field.value = value;
  };
  for (const [key, given] of Object.entries(draft.findings)) {
    if (given.answer) set(`answer-${key}`, given.answer);
    set(`note-${key}`, given.note);
  }
  set("counted_amount", draft.counted_amount);
  set("remark", draft.remark);
  set("disinfectant", draft.disinfectant);
}
