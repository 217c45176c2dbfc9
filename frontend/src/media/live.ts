// A live picture: fragmented MP4 over a WebSocket into Media Source Extensions.
import { codecName } from "./codec_names.ts";
import { AppendQueue } from "./append_queue.ts";
import { delayOf, liveMove, trimBefore, type LiveBuffer } from "./live_policy.ts";
import { rangesOf } from "./ranges.ts";
import { retryDelay, StallWatch } from "./stall_watch.ts";

export type Stage =
  | "asking"
  | "connecting"
  | "waiting_data"
  | "buffering"
  | "playing"
  | "stalled"
  | "reconnecting"
  | "failed"
  | "ended";

/** What the web answers when a live picture is asked for. */
export interface LiveAnswer {
  readonly viewing: string;
  readonly url: string;
  readonly mime?: string;
  readonly codec?: string;
  readonly stream?: number;
  readonly title?: string;
  readonly watermark?: { readonly text: string };
  readonly can_steer?: boolean;
}

/** What the media service says before an init segment. */
interface Announcement {
  readonly mime: string;
  readonly codec?: string;
  readonly width?: number;
  readonly height?: number;
}

export interface LiveStatus {
  readonly stage: Stage;
  /** A stage name of the server (`no_packet` …) or one of ours (`codec_unsupported`, `network`, `decoder`). */
  readonly cause: string;
  readonly message: string;
  readonly advice: string;
  readonly since_ms: number;
  readonly retry_in_s: number;
  readonly stream: number;
  readonly codec: string;
  readonly width: number;
  readonly height: number;
  readonly delay_s: number;
  /** The codec that this browser could not play, when the sub-stream is shown because of it. */
  readonly instead_of: string;
}

export interface LiveHooks {
  /** A recording that the device plays has an end; it is not begun again when the connection ends. */
  readonly isRecorded?: boolean;
  open(stream: number): Promise<LiveAnswer>;
  opened(answer: LiveAnswer): void;
  changed(status: LiveStatus): void;
  closed(viewing: string): void;
}

/** A failure with what the server said about it. */
export interface Failure {
  readonly stage?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly advice?: string;
  readonly since_ms?: number | null;
  readonly status?: number;
}

const FINAL_STATUS = new Set([401, 403, 404]);
/** The media service's close codes: the ticket or the right is gone; the stream has ended. */
const CLOSE_CAUSE: Readonly<Record<number, string>> = { 4403: "not_allowed", 4404: "stream_ended" };

export class LivePlayer {
  readonly #video: HTMLVideoElement;
  readonly #hooks: LiveHooks;
  readonly #isSupported: (mime: string) => boolean;
  #status: LiveStatus;
  #socket: WebSocket | null = null;
  #source: MediaSource | null = null;
  #queue: AppendQueue | null = null;
  #mime = "";
  #viewing = "";
  #watch = new StallWatch(performance.now());
  #timer = 0;
  #retryTimer = 0;
  #attempt = 0;
  #run = 0;
  #stopped = false;
  /** While the viewer has paused a recording that the device plays, silence is no fault. */
  pausedByViewer = false;

  constructor(video: HTMLVideoElement, stream: number, hooks: LiveHooks) {
    this.#video = video;
    this.#hooks = hooks;
    this.#isSupported = (mime) => "MediaSource" in globalThis && MediaSource.isTypeSupported(mime);
    this.#status = {
      stage: "asking",
      cause: "",
      message: "",
      advice: "",
      since_ms: Date.now(),
      retry_in_s: 0,
      stream,
      codec: "",
      width: 0,
      height: 0,
      delay_s: 0,
      instead_of: "",
    };
    document.addEventListener("visibilitychange", this.#tellVisibility);
  }

  get status(): LiveStatus {
    return this.#status;
  }

  /** Wall time of the picture that is shown, by this machine's clock. */
  get shown_ms(): number {
    return Date.now() - this.#status.delay_s * 1000;
  }

  start(): void {
    void this.#begin("asking");
  }

  /** Connects again from the beginning, perhaps to the other stream. */
  restart(stream: number = this.#status.stream): void {
    this.#attempt = 0;
    this.#status = { ...this.#status, stream, instead_of: "" }; // told with the stage: the last cause is not of this stream
    void this.#begin("asking");
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    document.removeEventListener("visibilitychange", this.#tellVisibility);
    this.#tearDown();
  }

  async #begin(stage: Stage): Promise<void> {
    this.#tearDown();
    const run = this.#run;
    this.#set({ stage, cause: "", message: "", advice: "", retry_in_s: 0, delay_s: 0, since_ms: Date.now() });
    let answer: LiveAnswer;
    try {
      answer = await this.#hooks.open(this.#status.stream);
    } catch (error) {
      if (run === this.#run && !this.#stopped) this.#failed(error as Failure);
      return;
    }
    if (run !== this.#run || this.#stopped) {
      this.#hooks.closed(answer.viewing);
      return;
    }
    this.#viewing = answer.viewing;
    this.#set({ stream: answer.stream ?? this.#status.stream, codec: answer.codec ?? "" });
    this.#hooks.opened(answer);
    if (answer.mime && !this.#accepts(answer.mime, answer.codec ?? "")) return;
    this.#connect(answer.url);
  }

  #connect(url: string): void {
    const run = this.#run;
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#watch = new StallWatch(performance.now());
    this.#set({ stage: "connecting" });
    socket.addEventListener("open", () => {
      if (run !== this.#run) return;
      this.#set({ stage: "waiting_data" });
      this.#tellVisibility();
    });
    socket.addEventListener("message", (event: MessageEvent<string | ArrayBuffer>) => {
      if (run === this.#run) this.#received(event.data);
    });
    socket.addEventListener("close", (event) => {
      if (run === this.#run && !this.#stopped) this.#lost(CLOSE_CAUSE[event.code] ?? "network");
    });
    this.#timer = window.setInterval(() => this.#look(), 250);
  }

  #received(data: string | ArrayBuffer): void {
    this.#watch.received(performance.now());
    if (typeof data === "string") {
      this.#announced(JSON.parse(data) as Announcement);
    } else if (this.#queue) {
      if (this.#queue.length > 150) this.#queue.clear();
      this.#queue.append(data);
    }
  }

  #announced(news: Announcement): void {
    if (!news.mime || !this.#accepts(news.mime, news.codec ?? "")) return;
    this.#set({ codec: news.codec ?? this.#status.codec, width: news.width ?? 0, height: news.height ?? 0 });
    if (this.#queue) {
      if (news.mime !== this.#mime) this.#queue.changeType(news.mime);
      this.#mime = news.mime;
      return;
    }
    this.#mime = news.mime;
    this.#openSource(news.mime);
  }

  /** False after the other stream was asked for, or after giving up, because the browser cannot play this one. */
  #accepts(mime: string, codec: string): boolean {
    if (this.#isSupported(mime)) return true;
    const name = codecName(codec || mime);
    // A camera without a sub-stream answers with the main one again: asking for ever would show nothing and log a lot.
    if (this.#status.stream === 0 && !this.#status.instead_of) {
      this.#set({ stream: 1, instead_of: name, codec: name });
      void this.#begin("asking");
    } else {
      this.#tearDown();
      this.#set({ stage: "failed", cause: "codec_unsupported", codec: name, instead_of: "", since_ms: Date.now() });
    }
    return false;
  }

  #openSource(mime: string): void {
    const run = this.#run;
    const source = new MediaSource();
    const queue = new AppendQueue(
      () => this.#appended(),
      (error) => this.#faulted(error),
    );
    this.#source = source;
    this.#queue = queue;
    const address = URL.createObjectURL(source);
    source.addEventListener(
      "sourceopen",
      () => {
        URL.revokeObjectURL(address);
        if (run === this.#run) queue.attach(source.addSourceBuffer(mime));
      },
      { once: true },
    );
    this.#video.src = address;
    this.#set({ stage: "buffering" });
  }

  #appended(): void {
    this.#steer();
    if (this.#video.paused && this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA) {
      void this.#video.play().catch(() => undefined);
    }
  }

  #steer(): void {
    const buffer = this.#bufferView();
    if (!buffer) return;
    const move = liveMove(buffer);
    if (move.kind === "jump") {
      this.#video.currentTime = move.to;
      this.#video.playbackRate = 1;
    } else if (move.kind === "rate") this.#video.playbackRate = move.rate;
    const until = trimBefore(buffer);
    if (until !== null) this.#queue?.remove(0, until);
  }

  #look(): void {
    const now = performance.now();
    if (document.hidden || this.pausedByViewer) {
      this.#watch.excuse(now);
      return;
    }
    this.#steer();
    const buffer = this.#bufferView();
    const delay_s = buffer ? delayOf(buffer) : 0;
    const verdict = this.#watch.look(now, this.#video.currentTime, delay_s);
    if (verdict === "reconnect") this.#lost("no_data");
    else if (verdict === "rebuild") this.#lost("decoder");
    else if (verdict === "frozen" && buffer?.ranges.length) this.#video.currentTime = (buffer.ranges.at(-1)?.end ?? 0) - 0.2;
    else if (verdict === "silent" && this.#status.stage === "playing") {
      this.#set({ stage: "stalled", cause: "no_data", since_ms: Date.now() });
    } else if (verdict === "fine" && this.#video.currentTime > 0 && !this.#video.paused && buffer) {
      if (this.#status.stage !== "playing") this.#playing();
      this.#set({ delay_s, width: this.#video.videoWidth, height: this.#video.videoHeight });
    }
  }

  #playing(): void {
    this.#attempt = 0;
    this.#set({ stage: "playing", cause: "", message: "", advice: "", since_ms: Date.now() });
  }

  #faulted(error: unknown): void {
    if (error instanceof DOMException && error.name === "QuotaExceededError") {
      this.#queue?.remove(0, Math.max(0.1, this.#video.currentTime - 2));
      return;
    }
    this.#lost("decoder");
  }

  #failed(failure: Failure): void {
    const isFinal = FINAL_STATUS.has(failure.status ?? 0);
    const cause = failure.status === 403 ? "not_allowed" : failure.stage || (failure.status ? "unknown" : "network");
    const words = {
      cause,
      message: [failure.message, failure.reason].filter(Boolean).join(" "),
      advice: failure.advice ?? "",
      since_ms: failure.since_ms ?? this.#status.since_ms,
    };
    if (isFinal) this.#set({ stage: "failed", ...words, retry_in_s: 0 });
    else this.#retryLater("failed", words);
  }

  #lost(cause: string): void {
    this.#tearDown();
    if (this.#hooks.isRecorded) {
      this.#set({ stage: "ended", cause, since_ms: Date.now() });
      return;
    }
    this.#retryLater("reconnecting", { cause, message: "", advice: "", since_ms: Date.now() });
  }

  #retryLater(stage: Stage, words: Pick<LiveStatus, "cause" | "message" | "advice" | "since_ms">): void {
    const wait_ms = retryDelay(this.#attempt, Math.random());
    this.#attempt += 1;
    this.#set({ stage, ...words, retry_in_s: Math.round(wait_ms / 1000) });
    this.#retryTimer = window.setTimeout(() => void this.#begin(stage === "failed" ? "asking" : "reconnecting"), wait_ms);
  }

  #tearDown(): void {
    this.#run += 1;
    clearInterval(this.#timer);
    clearTimeout(this.#retryTimer);
    this.#socket?.close();
    this.#socket = null;
    this.#queue?.clear();
    this.#queue = null;
    if (this.#source) {
      this.#source = null;
      this.#video.removeAttribute("src");
      this.#video.load();
    }
    if (this.#viewing) this.#hooks.closed(this.#viewing);
    this.#viewing = "";
  }

  readonly #tellVisibility = (): void => {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify({ visible: !document.hidden }));
  };

  #bufferView(): LiveBuffer | null {
    const buffered = this.#source?.readyState === "open" ? this.#queue?.buffered : null;
    if (!buffered) return null;
    return { ranges: rangesOf(buffered), position: this.#video.currentTime, rate: this.#video.playbackRate };
  }

  #set(change: Partial<LiveStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#hooks.changed(this.#status);
  }
}
