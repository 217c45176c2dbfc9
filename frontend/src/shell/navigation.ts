import { rememberChoice } from "./cookies.ts";

/** The left navigation folds to icons on a desk and slides in on a phone. */
export function startNavigation(): void {
  const page = document.querySelector<HTMLElement>(".ov-page");
  if (!page) return;
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    if (event.target.closest("[data-nav-fold]")) fold(page);
    else if (event.target.closest("[data-nav-open]")) setDrawer(page, !page.classList.contains("is-nav-open"));
    else if (event.target.closest("[data-nav-veil]")) setDrawer(page, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && page.classList.contains("is-nav-open")) setDrawer(page, false);
  });
}

function fold(page: HTMLElement): void {
  const folded = page.classList.toggle("is-nav-folded");
  rememberChoice("oversite_nav", folded ? "folded" : "open");
  document.querySelector("[data-nav-fold]")?.setAttribute("aria-expanded", String(!folded));
}

function setDrawer(page: HTMLElement, open: boolean): void {
  page.classList.toggle("is-nav-open", open);
  document.querySelector("[data-nav-open]")?.setAttribute("aria-expanded", String(open));
  if (open) page.querySelector<HTMLElement>(".ov-nav a")?.focus();
}
