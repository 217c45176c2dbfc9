/**
 * Dialogs are `<dialog>` elements. `data-dialog-open="id"` opens one, `data-dialog-close` closes the one around it.
 * A dialog that HTMX fetched into `#ov-dialog` opens itself and is emptied when it closes.
 */
export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    if (!(event.target instanceof Element)) return;
    const opener = event.target.closest<HTMLElement>("[data-dialog-open]");
    if (opener) open(document.getElementById(opener.dataset.dialogOpen ?? ""));
    else if (event.target.closest("[data-dialog-close]")) event.target.closest("dialog")?.close();
    else if (event.target instanceof HTMLDialogElement && isOutside(event.target, event)) event.target.close();
  });
  document.addEventListener("htmx:after:swap", () => {
    const host = document.getElementById("ov-dialog");
    const dialog = host?.querySelector("dialog") ?? null;
    if (!host || !dialog || dialog.open) return;
    dialog.addEventListener("close", () => host.replaceChildren(), { once: true });
    open(dialog);
  });
  for (const dialog of document.querySelectorAll("dialog[data-dialog-now]")) open(dialog);
}

function open(dialog: Element | null): void {
  if (!(dialog instanceof HTMLDialogElement) || dialog.open) return;
  dialog.showModal();
  dialog.querySelector<HTMLElement>("[autofocus], textarea, input:not([type=hidden]), select")?.focus();
}

/** A click on the backdrop reaches the dialog itself, outside of its box; nothing typed may be lost by it. */
function isOutside(dialog: HTMLDialogElement, event: MouseEvent): boolean {
  if (dialog.querySelector("form")) return false;
  const box = dialog.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
