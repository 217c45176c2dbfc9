/** Times as people here read them: Beijing time, `14:05:09`; China has had no other hour since 1991. */
const OFFSET_MS = 8 * 3_600_000;

export function clockText(at_ms: number): string {
  return new Date(at_ms + OFFSET_MS).toISOString().slice(11, 19);
}

export function dayText(at_ms: number): string {
  return new Date(at_ms + OFFSET_MS).toISOString().slice(0, 10);
}

export function instantText(at_ms: number): string {
  return `${dayText(at_ms)} ${clockText(at_ms)}`;
}

/** The first instant of a Beijing day `2026-11-21`. */
export function dayStart(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET_MS;
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** `1:02:05`, or `2:05` under an hour. */
export function lengthText(length_ms: number): string {
  const seconds = Math.max(0, Math.round(length_ms / 1000));
  const rest = `${String(Math.floor(seconds / 60) % 60).padStart(seconds >= 3600 ? 2 : 1, "0")}:${String(seconds % 60).padStart(2, "0")}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${rest}` : rest;
}
