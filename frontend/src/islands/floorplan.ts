// The plan picture of a site: areas as outlines, cameras with their view sectors, both dragged to where they are.
import { iconButton, make } from "../dom.ts";
import { fill, postJson } from "../http.ts";
import { say, type Texts } from "../texts.ts";
import "../styles/floorplan.css";

type Point = readonly [number, number];

interface Sector {
  readonly x: number;
  readonly y: number;
  readonly direction: number;
  readonly angle: number;
  readonly reach: number;
}

interface Layout {
  areas: Record<string, Point[]>;
  cameras: Record<string, Sector>;
}

interface AreaWords {
  readonly code: string;
  readonly name: string;
  readonly tone: string;
  readonly open: number;
}

interface CameraWords {
  readonly uid: string;
  readonly name: string;
  readonly kind: string;
  readonly is_online: boolean;
  readonly url: string;
}

interface Props {
  readonly texts: Texts;
  readonly image: string;
  readonly width: number;
  readonly height: number;
  readonly layout: Partial<Layout>;
  readonly areas: readonly AreaWords[];
  readonly cameras: readonly CameraWords[];
  readonly save_url: string;
  readonly area_url: string;
}

const SPACE = "http://www.w3.org/2000/svg";
const NEW_SECTOR: Sector = { x: 0.5, y: 0.5, direction: 90, angle: 70, reach: 0.12 };
const STEP = 0.01;
const TURN_DEGREES = 15;
const SAVE_AFTER_MS = 600;

export function mount(element: HTMLElement, raw: unknown): () => void {
  const plan = new FloorPlan(element, raw as Props);
  plan.draw();
  return () => plan.close();
}

class FloorPlan {
  readonly #props: Props;
  readonly #layout: Layout;
  readonly #canvas: SVGSVGElement;
  readonly #tray = make("div", { class: "ov-floorplan-tray" });
  readonly #state = make("output", { class: "ov-floorplan-state" });
  #outline: { code: string; points: Point[] } | null = null;
  #timer = 0;

  constructor(element: HTMLElement, props: Props) {
    this.#props = props;
    this.#layout = { areas: { ...props.layout.areas }, cameras: { ...props.layout.cameras } };
    this.#canvas = shape("svg", { viewBox: `0 0 ${props.width} ${props.height}`, class: "ov-floorplan-face" });
    this.#canvas.addEventListener("click", (event) => this.#addPoint(event));
    element.append(this.#canvas, this.#tray, this.#state);
  }

  close(): void {
    window.clearTimeout(this.#timer);
  }

  draw(): void {
    const { width, height, image, areas, cameras } = this.#props;
    const drawn: Element[] = [shape("image", { href: image, width, height })];
    for (const area of areas) {
      const points = this.#layout.areas[area.code];
      if (points) drawn.push(this.#area(area, points));
    }
    if (this.#outline) drawn.push(shape("polyline", { class: "ov-floorplan-outline", points: this.#pixels(this.#outline.points) }));
    for (const camera of cameras) {
      const sector = this.#layout.cameras[camera.uid];
      if (sector) drawn.push(this.#camera(camera, sector));
    }
    this.#canvas.replaceChildren(...drawn);
    this.#drawTray();
  }

  #area(area: AreaWords, points: readonly Point[]): Element {
    const link = shape("a", { href: fill(this.#props.area_url, { area: area.code }), class: `ov-floorplan-area is-${area.tone}` });
    const name = area.open > 0 ? `${area.name} · ${area.open}` : area.name;
    const middle = points.reduce<Point>((sum, [x, y]) => [sum[0] + x / points.length, sum[1] + y / points.length], [0, 0]);
    const font = this.#size() * 2.2;
    const xs = points.map(([x]) => x * this.#props.width);
    const lines = broken(name, Math.floor((Math.max(...xs) - Math.min(...xs)) / font));
    const x = middle[0] * this.#props.width;
    const top = middle[1] * this.#props.height - ((lines.length - 1) * font) / 2;
    const words = shape("text", { x, y: top, "font-size": font, "text-anchor": "middle" });
    words.append(
      ...lines.map((line, number) => {
        const span = shape("tspan", { x, y: top + number * font * 1.1 });
        span.textContent = line;
        return span;
      }),
    );
    link.append(shape("polygon", { points: this.#pixels(points) }), words);
    return link;
  }

  #camera(camera: CameraWords, sector: Sector): Element {
    const { width, height } = this.#props;
    const x = sector.x * width;
    const y = sector.y * height;
    const group = shape("g", {
      class: `ov-floorplan-camera${camera.is_online ? "" : " is-offline"}`,
      tabindex: 0,
      role: "button",
      "aria-label": camera.name,
      "data-camera": camera.uid,
    });
    const reach = sector.reach * Math.max(width, height);
    const title = shape("title", {});
    title.textContent = camera.name;
    const tip = at(x, y, sector.direction, reach);
    const body = shape("circle", { cx: x, cy: y, r: this.#size() });
    const handle = shape("circle", { cx: tip[0], cy: tip[1], r: this.#size() * 0.7, class: "ov-floorplan-handle" });
    group.append(title, shape("path", { d: wedge(x, y, sector, reach) }), body);
    if (this.#props.save_url) {
      group.append(handle);
      this.#drag(body, (point) => this.#set(camera, { ...sector, x: point[0], y: point[1] }));
      this.#drag(handle, (point) => this.#set(camera, this.#aimed(sector, point)));
      group.addEventListener("keydown", (event) => this.#key(event, camera, sector));
    }
    group.addEventListener(this.#props.save_url ? "dblclick" : "click", () => location.assign(camera.url));
    return group;
  }

  #drawTray(): void {
    const buttons: Node[] = [];
    if (this.#props.save_url) {
      for (const camera of this.#props.cameras.filter((each) => !this.#layout.cameras[each.uid])) {
        const place = make("button", { type: "button", class: "btn", "data-place-camera": camera.uid }, camera.name);
        place.addEventListener("click", () => this.#set(camera, NEW_SECTOR));
        buttons.push(place);
      }
      for (const area of this.#props.areas) buttons.push(this.#outlineButton(area));
      if (this.#outline) buttons.push(iconButton("check", say(this.#props.texts, "outline_done"), () => this.#endOutline()));
    }
    this.#tray.replaceChildren(...buttons);
    if (this.#outline) this.#state.textContent = say(this.#props.texts, "outline_how", { area: this.#outline.code });
  }

  #outlineButton(area: AreaWords): Node {
    const button = make("button", { type: "button", class: "btn", "data-outline": area.code, "aria-pressed": String(this.#outline?.code === area.code) });
    button.textContent = say(this.#props.texts, "outline", { area: area.name });
    button.addEventListener("click", () => {
      this.#outline = { code: area.code, points: [] };
      this.draw();
    });
    return button;
  }

  #addPoint(event: MouseEvent): void {
    if (!this.#outline) return;
    event.preventDefault();
    this.#outline.points.push(this.#point(event));
    this.draw();
  }

  #endOutline(): void {
    const outline = this.#outline;
    this.#outline = null;
    if (outline && outline.points.length > 2) {
      this.#layout.areas[outline.code] = outline.points;
      this.#save();
    }
    this.draw();
  }

  #set(camera: CameraWords, sector: Sector): void {
    this.#layout.cameras[camera.uid] = sector;
    this.draw();
    this.#canvas.querySelector<SVGElement>(`[data-camera="${camera.uid}"]`)?.focus();
    this.#save();
  }

  #key(event: KeyboardEvent, camera: CameraWords, sector: Sector): void {
    const moves: Record<string, Partial<Sector>> = {
      ArrowLeft: { x: within(sector.x - STEP) },
      ArrowRight: { x: within(sector.x + STEP) },
      ArrowUp: { y: within(sector.y - STEP) },
      ArrowDown: { y: within(sector.y + STEP) },
      "[": { direction: (sector.direction + 360 - TURN_DEGREES) % 360 },
      "]": { direction: (sector.direction + TURN_DEGREES) % 360 },
      "-": { angle: Math.max(10, sector.angle - TURN_DEGREES) },
      "+": { angle: Math.min(360, sector.angle + TURN_DEGREES) },
    };
    const move = moves[event.key];
    if (event.key === "Enter") location.assign(camera.url);
    if (!move) return;
    event.preventDefault();
    this.#set(camera, { ...sector, ...move });
  }

  #aimed(sector: Sector, point: Point): Sector {
    const { width, height } = this.#props;
    const dx = (point[0] - sector.x) * width;
    const dy = (point[1] - sector.y) * height;
    const direction = ((Math.atan2(dy, dx) * 180) / Math.PI + 360) % 360;
    return { ...sector, direction, reach: Math.min(1, Math.max(0.02, Math.hypot(dx, dy) / Math.max(width, height))) };
  }

  #drag(part: SVGElement, moved: (point: Point) => void): void {
    part.addEventListener("pointerdown", (down) => {
      down.preventDefault();
      const move = (event: PointerEvent): void => moved(this.#point(event));
      const up = (): void => {
        window.removeEventListener("pointermove", move);
        window.removeEventListener("pointerup", up);
      };
      window.addEventListener("pointermove", move);
      window.addEventListener("pointerup", up);
    });
  }

  #point(event: MouseEvent): Point {
    const matrix = this.#canvas.getScreenCTM();
    if (!matrix) return [0, 0];
    const pressed = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return [within(pressed.x / this.#props.width), within(pressed.y / this.#props.height)];
  }

  #pixels(points: readonly Point[]): string {
    return points.map(([x, y]) => `${x * this.#props.width},${y * this.#props.height}`).join(" ");
  }

  #size(): number {
    return Math.max(this.#props.width, this.#props.height) / 90;
  }

  #save(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#send(), SAVE_AFTER_MS);
  }

  async #send(): Promise<void> {
    try {
      await postJson(this.#props.save_url, this.#layout);
      this.#state.textContent = say(this.#props.texts, "saved");
    } catch (error) {
      this.#state.textContent = error instanceof Error && error.message ? error.message : say(this.#props.texts, "not_saved");
    }
  }
}

function shape<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>>,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS(SPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** A name in lines of at most `most` characters, none of them much shorter than the others. */
function broken(name: string, most: number): string[] {
  const letters = Array.from(name);
  const count = Math.ceil(letters.length / Math.max(4, most));
  const each = Math.ceil(letters.length / count);
  return Array.from({ length: count }, (_none, line) => letters.slice(line * each, (line + 1) * each).join("").trim());
}

function within(value: number): number {
  return Math.min(1, Math.max(0, value));
}

function at(x: number, y: number, degrees: number, reach: number): Point {
  const turn = (degrees * Math.PI) / 180;
  return [x + reach * Math.cos(turn), y + reach * Math.sin(turn)];
}

/** The view sector as a path; a full circle where the camera turns all round. */
function wedge(x: number, y: number, sector: Sector, reach: number): string {
  if (sector.angle >= 360) {
    return `M${x - reach} ${y}a${reach} ${reach} 0 1 0 ${reach * 2} 0a${reach} ${reach} 0 1 0 ${-reach * 2} 0`;
  }
  const from = at(x, y, sector.direction - sector.angle / 2, reach);
  const to = at(x, y, sector.direction + sector.angle / 2, reach);
  return `M${x} ${y}L${from[0]} ${from[1]}A${reach} ${reach} 0 ${sector.angle > 180 ? 1 : 0} 1 ${to[0]} ${to[1]}Z`;
}
