/** Small help for forms: no double submission, a warning before typed text is lost, automatic submission of filters. */
export function startForms(): void {
  const dirty = new WeakSet<HTMLFormElement>();
  let leaving = false;
  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (form?.hasAttribute("data-guard")) dirty.add(form);
  });
  document.addEventListener("change", (event) => {
    const form = formOf(event.target);
    if (event.target instanceof Element && event.target.closest("[data-submit-on-change]")) form?.requestSubmit();
  });
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    leaving = !event.defaultPrevented;
    if (form.hasAttribute("data-once")) holdButtons(form);
  });
  addEventListener("beforeunload", (event) => {
    if (leaving) return;
    if ([...document.querySelectorAll<HTMLFormElement>("form[data-guard]")].some((form) => dirty.has(form))) {
      event.preventDefault();
    }
  });
  addEventListener("pageshow", () => {
    leaving = false;
    for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-held]")) {
      button.disabled = false;
      delete button.dataset.held;
    }
  });
  showErrors(document);
  document.addEventListener("htmx:after:settle", (event) => {
    if (event.target instanceof Element) showErrors(event.target);
  });
}

/** What was refused is seen and heard first, wherever the form was scrolled to. */
function showErrors(part: ParentNode): void {
  part.querySelector<HTMLElement>("[data-error-summary]")?.focus();
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest("form") : null;
}

/** Held after the event, so that the pressed button's own name and value are still sent. */
function holdButtons(form: HTMLFormElement): void {
  setTimeout(() => {
    for (const button of form.querySelectorAll<HTMLButtonElement>("button[type=submit]")) {
      button.disabled = true;
      button.dataset.held = "";
    }
  });
}
