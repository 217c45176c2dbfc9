/** A corner of a sheet as parts of the photograph's width and height, 0 to 1. */
export type Corner = readonly [number, number];

/** Top left, top right, bottom right, bottom left. */
export type Corners = readonly Corner[];

export const WHOLE: Corners = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
];

/** The corners with one of them elsewhere, never outside the photograph. */
export function moved(corners: Corners, index: number, to: Corner): Corners {
  return corners.map((corner, at) => (at === index ? [inside(to[0]), inside(to[1])] : corner));
}

/** The corners out of the eight numbers of the server; null where they are not eight. */
export function fromNumbers(values: readonly number[]): Corners | null {
  if (values.length !== 8 || values.some((value) => !Number.isFinite(value))) return null;
  return [0, 2, 4, 6].map((at) => [values[at] ?? 0, values[at + 1] ?? 0]);
}

function inside(value: number): number {
  return Math.min(1, Math.max(0, value));
}

/** What the form sends: eight numbers with commas. */
export function asText(corners: Corners): string {
  return corners.flatMap((corner) => corner.map((value) => value.toFixed(4))).join(",");
}

/** By how much an arrow key moves a corner; null for another key. */
export function stepOf(key: string, isLarge: boolean): Corner | null {
  const step = isLarge ? 0.05 : 0.005;
  if (key === "ArrowLeft") return [-step, 0];
  if (key === "ArrowRight") return [step, 0];
  if (key === "ArrowUp") return [0, -step];
  if (key === "ArrowDown") return [0, step];
  return null;
}
