// A pad on which people sign with a finger: strokes in whole numbers of a 1000 × 300 sheet, whatever the screen.
import { make } from "../dom.ts";

export const SHEET = { width: 1000, height: 300 } as const;
const LEAST_POINTS = 12;
const STEP = 4;
type Point = readonly [number, number];
const along = (value: number, most: number): number => Math.min(most, Math.max(0, Math.round(value)));

export class Pad {
  readonly canvas: HTMLCanvasElement;
  readonly #changed: () => void;
  #strokes: Point[][] = [];

  constructor(label: string, changed: () => void) {
    this.#changed = changed;
    this.canvas = make("canvas", { ...SHEET, class: "ov-pad", role: "img", "aria-label": label });
    this.canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    this.canvas.addEventListener("pointermove", (event) => this.#move(event));
  }

  /** The strokes, once there are enough of them to be a signature. */
  get strokes(): readonly (readonly Point[])[] | null {
    const count = this.#strokes.reduce((sum, stroke) => sum + stroke.length, 0);
    return count >= LEAST_POINTS ? this.#strokes : null;
  }

  clear(): void {
    this.#strokes = [];
    this.#context?.clearRect(0, 0, SHEET.width, SHEET.height);
    this.#changed();
  }

  #begin(event: PointerEvent): void {
    event.preventDefault();
    this.canvas.setPointerCapture(event.pointerId);
    this.#strokes.push([this.#point(event)]);
  }

  #move(event: PointerEvent): void {
    const stroke = this.#strokes.at(-1);
    if (!stroke || !this.canvas.hasPointerCapture(event.pointerId)) return;
    const [last, next] = [stroke.at(-1), this.#point(event)];
    if (last && Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP) return;
    stroke.push(next);
    this.#draw(last ?? next, next);
    this.#changed();
  }

  #point(event: PointerEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    return [
      along(((event.clientX - box.left) / box.width) * SHEET.width, SHEET.width),
      along(((event.clientY - box.top) / box.height) * SHEET.height, SHEET.height),
    ];
  }

  #draw(from: Point, to: Point): void {
    const context = this.#context;
    if (!context) return;
    context.lineWidth = 7;
    context.lineCap = "round";
    context.strokeStyle = "#10233f";
    context.beginPath();
    context.moveTo(...from);
    context.lineTo(...to);
    context.stroke();
  }

  get #context(): CanvasRenderingContext2D | null {
    return this.canvas.getContext("2d");
  }
}
