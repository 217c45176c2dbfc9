// What the lanes of the time line hold, as the server says it.

export interface Span {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly cause?: string;
  readonly kind?: string;
  readonly title?: string;
  readonly url?: string;
}

export interface DayAnswer {
  readonly start_ms: number;
  readonly end_ms: number;
  readonly lanes: {
    readonly recorded?: readonly Span[];
    readonly gaps?: readonly Span[];
    readonly device?: readonly Span[];
    readonly marks?: readonly Span[];
    readonly held?: readonly Span[];
  };
  readonly device_state?: { readonly complete: boolean; readonly message?: string } | null;
}

export type LaneName = "recorded" | "gap" | "anomaly" | "alarm" | "held" | "device";
export const LANES: readonly LaneName[] = ["recorded", "gap", "anomaly", "alarm", "held", "device"];
export type Lanes = Readonly<Record<LaneName, readonly Span[]>>;

export function lanesOf(answer: DayAnswer): Lanes {
  const marks = answer.lanes.marks ?? [];
  return {
    recorded: answer.lanes.recorded ?? [],
    gap: answer.lanes.gaps ?? [],
    anomaly: marks.filter((mark) => mark.kind !== "alarm"),
    alarm: marks.filter((mark) => mark.kind === "alarm"),
    held: answer.lanes.held ?? [],
    device: answer.lanes.device ?? [],
  };
}

/** The span of a lane at an instant; `slack_ms` widens marks that are narrower than a finger. */
export function spanAt(spans: readonly Span[], at_ms: number, slack_ms: number): Span | null {
  return spans.find((span) => at_ms >= span.start_ms - slack_ms && at_ms <= span.end_ms + slack_ms) ?? null;
}

/** Files of a device that follow each other this closely are one stretch. */
const SEAM_MS = 2_000;

/** The stretch around an instant, seams of files left out; nothing where less than a second of it is left. */
export function stretchAt(spans: readonly Span[], at_ms: number): { readonly start_ms: number; readonly end_ms: number } | null {
  const sorted = spans.toSorted((one, other) => one.start_ms - other.start_ms);
  let stretch: { start_ms: number; end_ms: number } | null = null;
  for (const { start_ms, end_ms } of sorted) {
    if (stretch && start_ms <= stretch.end_ms + SEAM_MS) stretch.end_ms = Math.max(stretch.end_ms, end_ms);
    else if (stretch && stretch.end_ms > at_ms) break;
    else stretch = { start_ms, end_ms };
  }
  return stretch && stretch.start_ms <= at_ms && at_ms < stretch.end_ms - 1_000 ? stretch : null;
}
