// How many panes, and which stream a pane shows. Pure.
import type { CameraNode } from "./nodes.ts";

export const LAYOUTS: readonly number[] = [1, 4, 9, 16];

/** Small panes get the sub-stream where there is one: sixteen main streams are more than a screen can show. */
export function streamFor(paneCount: number, camera: Pick<CameraNode, "has_sub_stream">): number {
  return paneCount >= 4 && camera.has_sub_stream !== false ? 1 : 0;
}

/** The smallest layout with room for a number of cameras. */
export function layoutFor(count: number): number {
  return LAYOUTS.find((each) => each >= count) ?? 16;
}
