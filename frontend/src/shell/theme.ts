import { rememberChoice } from "./cookies.ts";

type Theme = "light" | "dark";

/** Light for the office, dark for the wall: a page proposes, the reader's own choice holds. */
export function startTheme(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-theme-switch]") : null;
    if (!button) return;
    const next: Theme = shownTheme() === "dark" ? "light" : "dark";
    document.documentElement.dataset.bsTheme = next;
    rememberChoice("oversite_theme", next);
    document.dispatchEvent(new CustomEvent("oversite:theme", { detail: next }));
  });
}

export function shownTheme(): Theme {
  return document.documentElement.dataset.bsTheme === "dark" ? "dark" : "light";
}
