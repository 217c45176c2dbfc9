// One live picture on a page.
import { LivePane } from "../media/live_pane.ts";
import { startUseReports } from "../media/use_reports.ts";
import type { Texts } from "../texts.ts";

interface Props {
  readonly texts: Texts;
  readonly camera: string;
  readonly title: string;
  readonly live_url: string;
  readonly end_url?: string;
  readonly snapshot_url?: string;
  readonly stream?: number;
  readonly alive_url?: string;
}

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const pane = new LivePane(props.texts, { uid: props.camera, title: props.title }, props, props.stream ?? 0);
  element.append(pane.element);
  const stopReports = startUseReports(props.alive_url, () => pane.player.status.stage === "playing");
  return () => {
    stopReports();
    pane.stop();
  };
}
