// The one WebSocket through which a camera is steered: lease and movements.

export interface Lease {
  readonly holder: string;
  readonly agency: string;
  readonly level: number;
  readonly is_mine: boolean;
  readonly is_special?: boolean;
  readonly reason?: string;
  readonly expires_ms: number;
  readonly seconds_left: number;
}

/** Whether control can be had: freely, from another, only by declaring a special circumstance, later, or never. */
export interface May {
  readonly take: "grant" | "take" | "special" | "wait" | "never";
  readonly why: string;
  readonly clause: string;
}

export type CommandState = "sent" | "acknowledged" | "verified" | "contradicted" | "failed";

type FromServer =
  | { readonly type: "lease"; readonly lease: Lease | null; readonly may: May }
  | { readonly type: "state"; readonly id: number; readonly state: CommandState; readonly message?: string }
  | { readonly type: "lost"; readonly message: string; readonly by: string; readonly agency: string; readonly reason: string }
  | { readonly type: "refused"; readonly code: string; readonly message: string; readonly clause?: string }
  | { readonly type: "presets"; readonly presets: readonly Preset[] };

export interface Preset {
  readonly number: number;
  readonly name: string;
}

export interface SteeringHooks {
  lease(lease: Lease | null, may: May): void;
  state(state: CommandState, message: string): void;
  lost(message: string): void;
  refused(message: string, clause: string): void;
  presets(presets: readonly Preset[]): void;
  connected(isConnected: boolean): void;
}

export type Axis = -1 | 0 | 1;

export interface Movement {
  readonly pan: Axis;
  readonly tilt: Axis;
  readonly zoom: Axis;
}

/** A movement is said again this often while the button is held; the service stops it after 2 s of silence. */
export const REPEAT_MS = 500;

export class SteeringChannel {
  readonly #url: string;
  readonly #hooks: SteeringHooks;
  #socket: WebSocket | null = null;
  #repeat = 0;
  #retry = 0;
  #id = 0;
  #attempt = 0;
  #isClosed = false;

  constructor(url: string, hooks: SteeringHooks) {
    this.#url = url;
    this.#hooks = hooks;
    addEventListener("blur", this.#letGo);
    document.addEventListener("visibilitychange", this.#letGo);
  }

  open(): void {
    const address = new URL(this.#url, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#attempt = 0;
      this.#hooks.connected(true);
    });
    socket.addEventListener("message", (event: MessageEvent<string>) => this.#received(JSON.parse(event.data) as FromServer));
    socket.addEventListener("close", () => {
      clearInterval(this.#repeat);
      if (this.#isClosed) return;
      this.#hooks.connected(false);
      this.#retry = window.setTimeout(() => this.open(), Math.min(10_000, 1_000 * 2 ** this.#attempt));
      this.#attempt += 1;
    });
  }

  close(): void {
    this.stop();
    this.#isClosed = true;
    clearTimeout(this.#retry);
    removeEventListener("blur", this.#letGo);
    document.removeEventListener("visibilitychange", this.#letGo);
    this.#socket?.close();
  }

  take(isSpecial: boolean, reason: string): void {
    this.#send({ type: "take", special: isSpecial, reason });
  }

  release(): void {
    this.stop();
    this.#send({ type: "release" });
  }

  /** Moves until `stop`; another movement replaces this one. */
  move(movement: Movement, speed: number): void {
    this.#repeated({ type: "move", ...movement, speed });
  }

  /** Turns focus or iris until `stop`. */
  turn(what: "focus" | "iris", direction: Axis, speed: number): void {
    this.#repeated({ type: what, direction, speed });
  }

  stop(): void {
    if (this.#repeat === 0) return;
    clearInterval(this.#repeat);
    this.#repeat = 0;
    this.#send({ type: "stop" });
  }

  preset(verb: "set" | "call" | "delete", number: number): void {
    this.#numbered({ type: "preset", verb, number });
  }

  wiper(isOn: boolean): void {
    this.#numbered({ type: "wiper", on: isOn });
  }

  #repeated(message: Readonly<Record<string, unknown>>): void {
    clearInterval(this.#repeat);
    this.#numbered(message);
    this.#repeat = window.setInterval(() => this.#numbered(message), REPEAT_MS);
  }

  #numbered(message: Readonly<Record<string, unknown>>): void {
    this.#id += 1;
    this.#send({ ...message, id: this.#id });
  }

  #send(message: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #received(message: FromServer): void {
    if (message.type === "lease") this.#hooks.lease(message.lease, message.may);
    else if (message.type === "state") this.#hooks.state(message.state, message.message ?? "");
    else if (message.type === "presets") this.#hooks.presets(message.presets);
    else if (message.type === "refused") {
      this.stop();
      this.#hooks.refused(message.message, message.clause ?? "");
    } else if (message.type === "lost") {
      this.stop();
      this.#hooks.lost(message.message);
    }
  }

  /** The hand may have left the button outside of the window: nothing must keep moving. */
  readonly #letGo = (): void => this.stop();
}
