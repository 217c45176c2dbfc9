import { instantText } from "../beijing.ts";
import { make } from "../dom.ts";

/** The viewer's name, agency and the time over a picture, light but legible on bright and dark (req: V14.use). */
export class Watermark {
  readonly element = make("div", { class: "ov-watermark", "aria-hidden": "true" });
  #text = "";
  readonly #timer: number;

  constructor() {
    this.#timer = window.setInterval(() => this.#draw(), 1000);
  }

  show(text: string): void {
    this.#text = text;
    this.#draw();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #draw(): void {
    const line = this.#text ? `${this.#text} ${instantText(Date.now())}` : "";
    if (this.element.childElementCount === 0) {
      this.element.append(...Array.from({ length: 3 }, () => make("span")));
    }
    for (const span of this.element.children) span.textContent = line;
  }
}
