// One pane of playback: fetches the bytes around the clock's instant and keeps its picture in step.
import { AppendQueue } from "./append_queue.ts";
import { correction, type PlayClock } from "./play_clock.ts";
import { rangeAt, rangesOf } from "./ranges.ts";
import { bytesOf, offsetOf, type Fetch, type Recording, type Segment } from "./recording.ts";

export type PaneState = "playing" | "loading" | "gap" | "failed";

const BEHIND_S = 15;
const AHEAD_S = 24;

export class RecordedPane {
  readonly video: HTMLVideoElement;
  readonly recording: Recording;
  readonly #changed: (state: PaneState) => void;
  readonly #source = new MediaSource();
  readonly #queue: AppendQueue;
  #state: PaneState = "loading";
  #segment: Segment | null = null;
  #mime = "";
  #fetching: AbortController | null = null;
  #frame_s = 1 / 25;
  #faults = 0;
  #stopped = false;

  constructor(video: HTMLVideoElement, recording: Recording, changed: (state: PaneState) => void) {
    this.video = video;
    this.recording = recording;
    this.#changed = changed;
    this.#queue = new AppendQueue(
      () => undefined,
      (error) => this.#faulted(error),
    );
    const mime = recording.segments[0]?.mime ?? "";
    if (!mime || !MediaSource.isTypeSupported(mime)) {
      this.#set("failed");
      return;
    }
    this.#mime = mime;
    const address = URL.createObjectURL(this.#source);
    this.#source.addEventListener(
      "sourceopen",
      () => {
        URL.revokeObjectURL(address);
        this.#queue.attach(this.#source.addSourceBuffer(mime));
      },
      { once: true },
    );
    video.src = address;
    this.#learnFrameLength();
  }

  get state(): PaneState {
    return this.#state;
  }

  /** Seconds that one frame lasts, as seen. */
  get frame_s(): number {
    return this.#frame_s;
  }

  /** The instant of the picture that is seen now, or nothing where there is none. */
  get shown_ms(): number | null {
    return this.#state === "playing" ? this.recording.origin_ms + this.video.currentTime * 1000 : null;
  }

  stop(): void {
    this.#stopped = true;
    this.#fetching?.abort();
    this.#queue.clear();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** Called many times per second: shows the clock's instant, or says why it cannot. */
  follow(clock: PlayClock, now: number): void {
    if (this.#stopped || this.#state === "failed") return;
    const at_ms = clock.at(now);
    this.#fill(at_ms, clock.speed);
    if (this.recording.isGap(at_ms)) {
      if (!this.video.paused) this.video.pause();
      this.#set("gap");
      return;
    }
    const wanted_s = this.recording.seconds(at_ms);
    const here = rangeAt(this.#ranges(), wanted_s);
    if (!here) {
      this.#set("loading");
      return;
    }
    const { jump, rate } = correction(wanted_s - this.video.currentTime, clock.speed);
    const isRunning = clock.isPlaying && !clock.isHeld;
    if (jump || (!isRunning && Math.abs(wanted_s - this.video.currentTime) > this.#frame_s / 2)) {
      if (!this.video.seeking) this.video.currentTime = Math.max(wanted_s, here.start);
    }
    if (this.video.playbackRate !== rate) this.video.playbackRate = rate;
    if (isRunning && this.video.paused) void this.video.play().catch(() => undefined);
    if (!isRunning && !this.video.paused) this.video.pause();
    const isReady = this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && !this.video.seeking;
    this.#set(isReady ? "playing" : "loading");
  }

  #ranges(): ReturnType<typeof rangesOf> {
    const buffered = this.#source.readyState === "open" ? this.#queue.buffered : null;
    return buffered ? rangesOf(buffered) : [];
  }

  #fill(at_ms: number, speed: number): void {
    if (this.#queue.buffered === null || this.#queue.length > 0) return;
    const wanted = this.recording.nextFetch(at_ms, AHEAD_S * Math.max(1, speed / 2), this.#ranges());
    if (!wanted) return;
    if (this.#fetching) {
      if (this.recording.nextFetch(at_ms, 1, this.#ranges()) === null || isSame(this.#wanted, wanted)) return;
      this.#fetching.abort();
    }
    void this.#load(wanted, at_ms);
  }

  #wanted: Fetch | null = null;

  async #load(wanted: Fetch, at_ms: number): Promise<void> {
    const control = new AbortController();
    this.#fetching = control;
    this.#wanted = wanted;
    try {
      if (this.#segment !== wanted.segment) await this.#enter(wanted.segment, control.signal);
      const bytes = await fetchRange(wanted.segment.url, bytesOf(wanted), control.signal);
      if (control.signal.aborted || this.#stopped) return;
      this.#queue.append(bytes, offsetOf(this.recording, wanted.segment));
      this.#trim(at_ms);
      this.#faults = 0;
    } catch (error) {
      if (!control.signal.aborted) await this.#refused(error);
    } finally {
      if (this.#fetching === control) {
        this.#fetching = null;
        this.#wanted = null;
      }
    }
  }

  /** A file begins with its own init segment; its codec parameters may differ from the last one's. */
  async #enter(segment: Segment, signal: AbortSignal): Promise<void> {
    const [offset, size] = segment.init;
    const bytes = await fetchRange(segment.url, [offset, offset + size - 1], signal);
    if (signal.aborted) return;
    if (segment.mime !== this.#mime) {
      if (!MediaSource.isTypeSupported(segment.mime)) throw new TypeError(segment.mime);
      this.#queue.changeType(segment.mime);
      this.#mime = segment.mime;
    }
    this.#queue.append(bytes, offsetOf(this.recording, segment));
    this.#segment = segment;
  }

  #trim(at_ms: number): void {
    const here = this.recording.seconds(at_ms);
    for (const range of this.#ranges()) {
      if (range.start < here - 2 * BEHIND_S) this.#queue.remove(range.start, Math.min(range.end, here - BEHIND_S));
      if (range.start > here + 120) this.#queue.remove(range.start, range.end);
    }
  }

  async #refused(error: unknown): Promise<void> {
    this.#faults += 1;
    if (this.#faults > 4 || error instanceof TypeError) this.#set("failed");
    else await new Promise((resolve) => setTimeout(resolve, 400 * this.#faults));
  }

  #faulted(error: unknown): void {
    if (error instanceof DOMException && error.name === "QuotaExceededError") {
      const here = this.video.currentTime;
      this.#queue.clear();
      this.#queue.remove(0, Math.max(0.1, here - 3));
      this.#queue.remove(here + 10, Number.POSITIVE_INFINITY);
      return;
    }
    this.#set("failed");
  }

  #learnFrameLength(): void {
    let last_s = -1;
    const seen = (_now: number, frame: VideoFrameCallbackMetadata): void => {
      const length_s = frame.mediaTime - last_s;
      if (last_s >= 0 && length_s > 0.005 && length_s < 0.5 && this.video.playbackRate <= 1.2) this.#frame_s = length_s;
      last_s = frame.mediaTime;
      if (!this.#stopped) this.video.requestVideoFrameCallback(seen);
    };
    this.video.requestVideoFrameCallback?.(seen);
  }

  #set(state: PaneState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#changed(state);
  }
}

function isSame(one: Fetch | null, other: Fetch): boolean {
  return one !== null && one.segment === other.segment && one.from <= other.from && other.from < one.until;
}

/** The bytes `[first, last]` of a file; a server that ignores the range is not ours. */
async function fetchRange(url: string, range: readonly [number, number], signal: AbortSignal): Promise<ArrayBuffer> {
  const response = await fetch(url, { headers: { Range: `bytes=${range[0]}-${range[1]}` }, signal });
  if (response.status !== 206) throw new Error(`status ${response.status}`);
  return await response.arrayBuffer();
}
