import { say, type Texts } from "./texts.ts";

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

/** `3 小时 12 分`: the two largest units that say it, as the server's pages write it. */
export function durationText(texts: Texts, duration_ms: number): string {
  const seconds = Math.max(0, Math.round(duration_ms / 1000));
  const parts: readonly (readonly [string, number])[] = [
    ["unit_days", Math.floor(seconds / 86_400)],
    ["unit_hours", Math.floor(seconds / 3600) % 24],
    ["unit_minutes", Math.floor(seconds / 60) % 60],
    ["unit_seconds", seconds % 60],
  ];
  const said = parts.filter(([, count]) => count > 0).slice(0, 2);
  return (said.length > 0 ? said : parts.slice(-1)).map(([unit, count]) => say(texts, unit, { n: count })).join(" ");
}
