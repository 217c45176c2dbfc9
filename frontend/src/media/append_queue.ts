/** Serial work on one SourceBuffer, which can do one thing at a time; steps wait until it is attached. */
export class AppendQueue {
  readonly #steps: ((buffer: SourceBuffer) => void)[] = [];
  readonly #appended: () => void;
  readonly #onFault: (error: unknown) => void;
  #buffer: SourceBuffer | null = null;

  constructor(appended: () => void, onFault: (error: unknown) => void) {
    this.#appended = appended;
    this.#onFault = onFault;
  }

  attach(buffer: SourceBuffer): void {
    this.#buffer = buffer;
    buffer.addEventListener("updateend", () => {
      this.#appended();
      this.#next();
    });
    buffer.addEventListener("error", () => this.#onFault(new Error("the browser refused the media")));
    this.#next();
  }

  get length(): number {
    return this.#steps.length;
  }

  get buffered(): TimeRanges | null {
    return this.#buffer?.buffered ?? null;
  }

  /** Bytes of an init segment or of whole fragments; `offset_s` moves their times. */
  append(bytes: ArrayBuffer, offset_s?: number): void {
    this.#push((buffer) => {
      if (offset_s !== undefined && buffer.timestampOffset !== offset_s) buffer.timestampOffset = offset_s;
      buffer.appendBuffer(bytes);
    });
  }

  changeType(mime: string): void {
    this.#push((buffer) => buffer.changeType(mime));
  }

  remove(from_s: number, to_s: number): void {
    if (to_s > from_s) this.#push((buffer) => buffer.remove(from_s, to_s));
  }

  /** Forgets what waits; what is under way ends by itself. */
  clear(): void {
    this.#steps.length = 0;
  }

  #push(step: (buffer: SourceBuffer) => void): void {
    this.#steps.push(step);
    this.#next();
  }

  #next(): void {
    while (this.#buffer && !this.#buffer.updating) {
      const step = this.#steps.shift();
      if (!step) return;
      try {
        step(this.#buffer);
      } catch (error) {
        this.#onFault(error);
        return;
      }
    }
  }
}
