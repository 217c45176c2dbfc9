// A month of days; those with recordings are marked.
import { iconButton, make } from "../dom.ts";
import { say, type Texts } from "../texts.ts";

/** The weeks of a month `2026-11` from Monday to Sunday; days of other months are empty. */
export function weeksOf(month: string): string[][] {
  const first = new Date(`${month}-01T00:00:00Z`);
  const lead = (first.getUTCDay() + 6) % 7;
  const count = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  const days = [
    ...Array.from({ length: lead }, () => ""),
    ...Array.from({ length: count }, (_, index) => `${month}-${String(index + 1).padStart(2, "0")}`),
  ];
  while (days.length % 7 !== 0) days.push("");
  return Array.from({ length: days.length / 7 }, (_, week) => days.slice(week * 7, week * 7 + 7));
}

export function addMonths(month: string, count: number): string {
  const [year, index] = month.split("-").map(Number);
  return new Date(Date.UTC(year ?? 1970, (index ?? 1) - 1 + count, 1)).toISOString().slice(0, 7);
}

export class Calendar {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #title = make("strong");
  readonly #body = make("tbody");
  readonly #chosen: (day: string) => void;
  readonly #load: (month: string) => Promise<ReadonlySet<string>>;
  #day: string;
  #month: string;
  #recorded: ReadonlySet<string> = new Set();

  constructor(texts: Texts, day: string, load: (month: string) => Promise<ReadonlySet<string>>, chosen: (day: string) => void) {
    this.#texts = texts;
    this.#day = day;
    this.#month = day.slice(0, 7);
    this.#load = load;
    this.#chosen = chosen;
    const names = say(texts, "weekdays").split(",");
    const head = make("thead", {}, make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name))));
    this.element = make(
      "div",
      { class: "ov-calendar", role: "group", "aria-label": say(texts, "calendar") },
      make(
        "header",
        {},
        iconButton("chevron-left", say(texts, "previous_month"), () => this.#turn(-1), "ov-top-button"),
        this.#title,
        iconButton("chevron-right", say(texts, "next_month"), () => this.#turn(1), "ov-top-button"),
      ),
      make("table", {}, head, this.#body),
    );
    this.#draw();
  }

  setDay(day: string): void {
    const isOtherMonth = day.slice(0, 7) !== this.#month;
    this.#day = day;
    this.#month = day.slice(0, 7);
    if (isOtherMonth) void this.refresh();
    else this.#draw();
  }

  async refresh(): Promise<void> {
    const month = this.#month;
    this.#recorded = new Set();
    this.#draw();
    const recorded = await this.#load(month).catch(() => new Set<string>());
    if (month !== this.#month) return;
    this.#recorded = recorded;
    this.#draw();
  }

  #turn(count: number): void {
    this.#month = addMonths(this.#month, count);
    void this.refresh();
  }

  #draw(): void {
    this.#title.textContent = this.#month;
    this.#body.replaceChildren(
      ...weeksOf(this.#month).map((week) => make("tr", {}, ...week.map((day) => make("td", {}, day && this.#dayButton(day))))),
    );
  }

  #dayButton(day: string): HTMLElement {
    const has = this.#recorded.has(day);
    const button = make(
      "button",
      {
        type: "button",
        class: `${has ? "has-recording" : ""} ${day === this.#day ? "is-chosen" : ""}`,
        "aria-label": has ? `${day} ${say(this.#texts, "has_recording")}` : day,
        "aria-pressed": String(day === this.#day),
      },
      String(Number(day.slice(8))),
    );
    button.addEventListener("click", () => this.#chosen(day));
    return button;
  }
}
