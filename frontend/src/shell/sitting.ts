// A supervision session: the mark's form follows the picture that is chosen and the moment that it shows.
import { instantText } from "../beijing.ts";
import { askToShow, onShown, type Shown } from "./shown.ts";

const MARKS = "[data-session-marks]";

export function startSitting(): void {
  if (!document.querySelector(MARKS)) return;
  let camera = "";
  let held: Shown | null = null;
  let latest: Shown | null = null;
  const follow = (marks: HTMLElement, shown: Shown): void => {
    held = heldMoment(marks, shown, held);
    showMoment(marks, held ?? shown, held !== null);
  };
  // A form that was exchanged knows nothing of the picture, and one that stands still tells nothing anew.
  document.addEventListener("htmx:after:swap", () => {
    const marks = document.querySelector<HTMLElement>(MARKS);
    if (marks && latest) follow(marks, latest);
  });
  onShown((shown) => {
    latest = shown;
    const marks = document.querySelector<HTMLElement>(MARKS);
    if (!marks) return;
    follow(marks, shown);
    if (shown.camera === camera) return;
    camera = shown.camera;
    chooseCamera(marks, camera);
  });
  document.addEventListener("change", (event) => {
    const select = event.target;
    if (!(select instanceof HTMLSelectElement) || select.name !== "camera" || !select.closest(MARKS)) return;
    if (select.value !== camera) askToShow(select.value);
  });
}

/** A live picture runs on while the officer writes: the moment stays the one at which an anomaly was chosen. */
function heldMoment(marks: HTMLElement, shown: Shown, held: Shown | null): Shown | null {
  const grade = marks.querySelector<HTMLInputElement>("input[name=grade]:checked")?.value ?? "normal";
  if (marks.dataset.sessionMarks !== "live" || grade === "normal") return null;
  return held?.camera === shown.camera ? held : shown;
}

function showMoment(marks: Element, { at_ms }: Shown, isHeld: boolean): void {
  const note = marks.querySelector<HTMLElement>("[data-session-held]");
  if (note) note.hidden = !isHeld;
  const clock = marks.querySelector("[data-session-clock]");
  const moment = marks.querySelector<HTMLInputElement>("[data-session-moment]");
  if (at_ms <= 0 || !clock || !moment) return;
  clock.textContent = instantText(at_ms);
  moment.value = new Date(at_ms).toISOString();
}

/** Chooses the camera in the form, as if by hand, so that the server answers with its checklist. */
function chooseCamera(marks: Element, camera: string): void {
  const select = marks.querySelector<HTMLSelectElement>("select[name=camera]");
  if (!select || select.value === camera || ![...select.options].some((option) => option.value === camera)) return;
  select.value = camera;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}
