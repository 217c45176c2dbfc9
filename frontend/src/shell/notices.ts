/** Notices can be closed; an answer of the server that HTMX does not swap (5xx) is told in words of the page. */
export function startNotices(): void {
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-notice-close]") : null;
    button?.closest(".ov-notice")?.remove();
  });
  document.addEventListener("htmx:response:error", (event) => {
    if (statusOf(event) >= 500) showServerError();
  });
  document.addEventListener("htmx:error", () => showServerError());
}

function statusOf(event: Event): number {
  const detail = (event as CustomEvent<{ ctx?: { response?: { status?: number } } }>).detail;
  return detail.ctx?.response?.status ?? 0;
}

function showServerError(): void {
  const words = document.querySelector<HTMLTemplateElement>("template#ov-server-error");
  const host = document.querySelector("dialog[open] .ov-dialog-body") ?? document.getElementById("ov-notices");
  if (!words || !host || host.querySelector("[data-server-error]")) return;
  const notice = words.content.firstElementChild?.cloneNode(true);
  if (!(notice instanceof HTMLElement)) return;
  notice.dataset.serverError = "";
  host.prepend(notice);
}
