// The one clock that all playback panes follow: an instant of the past that runs at some speed. Pure.

export const SPEEDS: readonly number[] = [0.5, 1, 2, 4, 8, 16];

export class PlayClock {
  #at_ms: number;
  #anchor_ms: number;
  #speed = 1;
  #isPlaying = false;
  #isHeld = false;

  /** `now` is a monotonic time in milliseconds. */
  constructor(at_ms: number, now: number) {
    this.#at_ms = at_ms;
    this.#anchor_ms = now;
  }

  get speed(): number {
    return this.#speed;
  }

  get isPlaying(): boolean {
    return this.#isPlaying;
  }

  /** Whether it waits for a pane that has no data yet. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  at(now: number): number {
    if (!this.#isPlaying || this.#isHeld) return this.#at_ms;
    return this.#at_ms + (now - this.#anchor_ms) * this.#speed;
  }

  seek(at_ms: number, now: number): void {
    this.#at_ms = at_ms;
    this.#anchor_ms = now;
  }

  setSpeed(speed: number, now: number): void {
    this.seek(this.at(now), now);
    this.#speed = speed;
  }

  play(now: number): void {
    this.seek(this.at(now), now);
    this.#isPlaying = true;
  }

  pause(now: number): void {
    this.seek(this.at(now), now);
    this.#isPlaying = false;
  }

  hold(isHeld: boolean, now: number): void {
    if (isHeld === this.#isHeld) return;
    this.seek(this.at(now), now);
    this.#isHeld = isHeld;
  }
}

/** How a pane catches up: a jump when it is far off, else a slightly other rate. */
export function correction(drift_s: number, speed: number): { readonly jump: boolean; readonly rate: number } {
  if (Math.abs(drift_s) > Math.max(0.5, 0.35 * speed)) return { jump: true, rate: speed };
  const bend = Math.max(-0.12, Math.min(0.12, drift_s * 0.3));
  const rate = Math.abs(drift_s) < 0.04 ? speed : speed * (1 + bend);
  return { jump: false, rate: Math.max(0.0625, Math.min(16, rate)) };
}
