// A photographed sheet: its corners over the photograph, dragged by mouse, finger or keys, and the straightened sheet.
import { make } from "../dom.ts";
import { postForm, Problem } from "../http.ts";
import { asText, type Corner, type Corners, fromNumbers, moved, stepOf, WHOLE } from "../papers/corners.ts";
import { say, type Texts } from "../texts.ts";
import "../styles/corners.css";

interface Props {
  readonly texts: Texts;
  readonly file_name: string;
  readonly corners_name: string;
  readonly kind_name: string;
  readonly look_url: string;
}

interface Look {
  readonly corners: readonly number[];
  readonly is_found: boolean;
  readonly preview: string;
  readonly kind: string;
  readonly read: string;
}

const SPACE = "http://www.w3.org/2000/svg";
const SENT_SIDE = 2400;
const LOOK_AFTER_MS = 350;

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const form = element.closest("form");
  const input = form?.querySelector<HTMLInputElement>(`input[name="${props.file_name}"]`);
  const field = form?.querySelector<HTMLInputElement>(`input[name="${props.corners_name}"]`);
  if (!input || !field) return () => undefined;
  const sheet = new Sheet(element, props, field, form?.querySelector(`select[name="${props.kind_name}"]`) ?? null);
  const choose = (): void => void sheet.open(input.files?.[0] ?? null);
  input.addEventListener("change", choose);
  return () => {
    input.removeEventListener("change", choose);
    sheet.close();
  };
}

class Sheet {
  private corners: Corners = WHOLE;
  private photograph: Blob | null = null;
  private timer = 0;
  private asking: AbortController | null = null;
  private readonly element: HTMLElement;
  private readonly props: Props;
  private readonly field: HTMLInputElement;
  private readonly kind: HTMLSelectElement | null;
  private readonly picture = make("img", { alt: "", class: "ov-corners-picture" });
  private readonly preview = make("img", { alt: "", class: "ov-corners-preview" });
  private readonly note = make("p", { role: "status", class: "text-secondary" });
  private readonly read = make("p", { role: "status", class: "ov-corners-read" });
  private readonly overlay = document.createElementNS(SPACE, "svg");
  private readonly outline = document.createElementNS(SPACE, "polygon");
  private readonly handles: SVGCircleElement[];

  constructor(element: HTMLElement, props: Props, field: HTMLInputElement, kind: HTMLSelectElement | null) {
    this.element = element;
    this.props = props;
    this.field = field;
    this.kind = kind;
    this.handles = WHOLE.map((_corner, index) => this.handle(index));
    this.overlay.setAttribute("class", "ov-corners-overlay");
    this.overlay.append(this.outline, ...this.handles);
    this.preview.alt = this.say("straightened");
    this.picture.alt = this.say("photograph");
  }

  /** Shows a photograph that was chosen, and asks where its sheet is; nothing where none is chosen. */
  async open(file: File | null): Promise<void> {
    this.close();
    if (!file) return;
    try {
      this.photograph = await smaller(file);
    } catch {
      this.element.replaceChildren(this.note);
      this.tell("no_picture");
      return;
    }
    this.picture.src = URL.createObjectURL(this.photograph);
    await this.picture.decode();
    const { naturalWidth: width, naturalHeight: height } = this.picture;
    this.overlay.setAttribute("viewBox", `0 0 ${width} ${height}`);
    for (const handle of this.handles) handle.setAttribute("r", String(Math.max(width, height) * 0.04));
    this.element.replaceChildren(this.layout());
    this.draw();
    await this.look(null);
  }

  close(): void {
    window.clearTimeout(this.timer);
    this.asking?.abort();
    if (this.picture.src) URL.revokeObjectURL(this.picture.src);
    this.picture.removeAttribute("src");
    this.preview.removeAttribute("src");
    this.photograph = null;
    this.field.value = "";
    this.corners = WHOLE;
    this.element.replaceChildren();
  }

  private layout(): HTMLElement {
    const stage = make("div", { class: "ov-corners-stage" }, this.picture);
    stage.append(this.overlay);
    const again = make("button", { type: "button", class: "btn" }, this.say("again"));
    again.addEventListener("click", () => void this.look(null));
    const whole = make("button", { type: "button", class: "btn" }, this.say("whole"));
    whole.addEventListener("click", () => this.place(WHOLE));
    return make(
      "div",
      { class: "ov-corners" },
      make("p", { class: "ov-corners-how" }, this.say("how")),
      stage,
      this.note,
      this.read,
      make("div", { class: "ov-corners-acts" }, again, whole),
      make("figure", { class: "ov-corners-result" }, make("figcaption", {}, this.say("straightened")), this.preview),
    );
  }

  private handle(index: number): SVGCircleElement {
    const circle = document.createElementNS(SPACE, "circle");
    const attributes = { tabindex: "0", role: "button", "aria-label": this.props.texts[`corner_${index + 1}`] ?? "" };
    for (const [name, value] of Object.entries(attributes)) circle.setAttribute(name, value);
    circle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      circle.focus();
      circle.setPointerCapture(event.pointerId);
    });
    circle.addEventListener("pointermove", (event) => {
      if (circle.hasPointerCapture(event.pointerId)) this.place(moved(this.corners, index, this.under(event)));
    });
    circle.addEventListener("keydown", (event) => {
      const step = stepOf(event.key, event.shiftKey);
      const from = this.corners[index];
      if (!step || !from) return;
      event.preventDefault();
      this.place(moved(this.corners, index, [from[0] + step[0], from[1] + step[1]]));
    });
    return circle;
  }

  private under(event: PointerEvent): Corner {
    const box = this.overlay.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  }

  /** The reader's corners: they go into the form, and the sheet is straightened anew a moment later. */
  private place(corners: Corners): void {
    this.corners = corners;
    this.field.value = asText(corners);
    this.draw();
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.look(corners), LOOK_AFTER_MS);
  }

  private draw(): void {
    const { naturalWidth: width, naturalHeight: height } = this.picture;
    const points = this.corners.map(([x, y]) => [x * width, y * height] as const);
    this.outline.setAttribute("points", points.map((point) => point.join(",")).join(" "));
    for (const [index, handle] of this.handles.entries()) {
      handle.setAttribute("cx", String(points[index]?.[0] ?? 0));
      handle.setAttribute("cy", String(points[index]?.[1] ?? 0));
    }
  }

  private async look(corners: Corners | null): Promise<void> {
    if (!this.photograph) return;
    this.asking?.abort();
    this.asking = new AbortController();
    const asked = new FormData();
    asked.append("photograph", this.photograph, "photograph.jpg");
    asked.append("corners", corners ? asText(corners) : "");
    if (!corners) this.tell("looking");
    try {
      const found = await postForm<Look>(this.props.look_url, asked, this.asking.signal);
      if (!corners) this.take(found);
      this.preview.src = found.preview;
      this.read.textContent = found.read;
      if (found.kind && this.kind) this.kind.value = found.kind;
      this.element.dataset["ready"] = "yes";
    } catch (error) {
      if (error instanceof Problem) this.note.textContent = error.message;
      else if (error instanceof TypeError) this.tell("no_network");
      else if (!(error instanceof DOMException)) throw error;
    }
  }

  private take(found: Look): void {
    this.corners = fromNumbers(found.corners) ?? WHOLE;
    this.field.value = found.is_found ? asText(this.corners) : "";
    this.draw();
    this.tell(found.is_found ? "" : "not_found");
  }

  private tell(key: string): void {
    this.note.textContent = key ? this.say(key) : "";
  }

  private say(key: string): string {
    return say(this.props.texts, key);
  }
}

/** The photograph upright and small enough for a slow line, large enough for its code; the form sends the whole one. */
async function smaller(file: File): Promise<Blob> {
  const whole = await createImageBitmap(file);
  const scale = Math.min(1, SENT_SIDE / Math.max(whole.width, whole.height));
  const canvas = make("canvas", {});
  canvas.width = Math.max(1, Math.round(whole.width * scale));
  canvas.height = Math.max(1, Math.round(whole.height * scale));
  canvas.getContext("2d")?.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg", 0.85);
  });
}
