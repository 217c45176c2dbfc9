import { rememberChoice } from "./cookies.ts";

/** Selection with bulk acts, and the density switch of lists. */
export function startLists(): void {
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement)) return;
    const list = box.closest<HTMLElement>("[data-list]");
    if (!list) return;
    if (box.matches("[data-select-all]")) {
      for (const row of rowBoxes(list)) row.checked = box.checked;
    }
    if (box.matches("[data-select-all], [data-select-row]")) showSelection(list);
    if (box.matches("[data-column]")) collectColumns(box);
  });
  document.addEventListener("click", (event) => {
    const toggle = event.target instanceof Element ? event.target.closest("[data-filters-toggle]") : null;
    const filters = toggle?.parentElement?.querySelector(".ov-filters");
    if (toggle && filters) toggle.setAttribute("aria-expanded", String(filters.classList.toggle("is-open")));
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-density]") : null;
    const list = button?.closest<HTMLElement>("[data-list]");
    if (!button || !list) return;
    const density = button.dataset.density === "dense" ? "dense" : "roomy";
    list.classList.toggle("is-dense", density === "dense");
    for (const other of list.querySelectorAll("[data-density]")) {
      other.setAttribute("aria-pressed", String(other === button));
    }
    rememberChoice("oversite_density", density);
  });
  for (const list of document.querySelectorAll<HTMLElement>("[data-list]")) showSelection(list);
}

/** The chosen columns go into one parameter, in the list's own order. */
function collectColumns(box: HTMLInputElement): void {
  const form = box.form;
  const field = form?.elements.namedItem("columns");
  if (!form || !(field instanceof HTMLInputElement)) return;
  const boxes = [...form.querySelectorAll<HTMLInputElement>("[data-column]:checked")];
  field.value = boxes.map((each) => each.dataset.column).join(",");
}

function rowBoxes(list: HTMLElement): HTMLInputElement[] {
  return [...list.querySelectorAll<HTMLInputElement>("[data-select-row]")];
}

function showSelection(list: HTMLElement): void {
  const boxes = rowBoxes(list);
  const chosen = boxes.filter((box) => box.checked);
  const bar = list.querySelector<HTMLElement>("[data-selection-bar]");
  if (bar) {
    bar.hidden = chosen.length === 0;
    const count = bar.querySelector("[data-selection-count]");
    if (count) count.textContent = String(chosen.length);
  }
  const all = list.querySelector<HTMLInputElement>("[data-select-all]");
  if (all) {
    all.checked = boxes.length > 0 && chosen.length === boxes.length;
    all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  }
  for (const box of boxes) box.closest("tr")?.classList.toggle("is-selected", box.checked);
}
