// Why there is no picture: what is told until there is one, also while it is tried again. Pure, so that it is tested.
import type { LiveStatus } from "./live.ts";

type Told = Pick<LiveStatus, "stage" | "cause" | "stream">;

/** The trouble to tell of: the present one, or the last of the same stream while its picture is asked for again. */
export function troubleOf<Status extends Told>(status: Status, before: Status | null): Status | null {
  if (status.stage === "playing") return null;
  if (status.cause) return status;
  return before?.stream === status.stream ? before : null;
}
