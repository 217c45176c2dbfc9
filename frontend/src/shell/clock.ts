const BEIJING = new Intl.DateTimeFormat("sv-SE", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** Beijing time in the top bar, by the server's clock: `data-clock` holds the server's instant in ms at rendering. */
export function startClock(): void {
  const face = document.querySelector<HTMLElement>("[data-clock]");
  if (!face) return;
  const offset_ms = Number(face.dataset.clock) - Date.now();
  if (!Number.isFinite(offset_ms)) return;
  const tick = (): void => {
    face.textContent = BEIJING.format(new Date(Date.now() + offset_ms));
  };
  tick();
  setInterval(tick, 1000);
}
