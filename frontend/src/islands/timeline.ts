// A time line on its own: for forms that ask for a period of one camera's day.
import { addDays, dayStart } from "../beijing.ts";
import { getJson, withParams } from "../http.ts";
import type { Texts } from "../texts.ts";
import type { DayAnswer } from "../timeline/lanes.ts";
import { Timeline } from "../timeline/timeline.ts";
import "../styles/timeline.css";

interface Props {
  readonly texts: Texts;
  readonly timeline_url: string;
  readonly camera: string;
  readonly day: string;
  readonly start_name?: string;
  readonly end_name?: string;
}

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const form = element.closest("form");
  const put = (name: string | undefined, value: string): void => {
    const field = name ? form?.elements.namedItem(name) : null;
    if (field instanceof HTMLInputElement) field.value = value;
  };
  const timeline = new Timeline(props.texts, dayStart(props.day), dayStart(addDays(props.day, 1)), {
    seek: (at_ms) => {
      timeline.setInstant(at_ms, true);
      element.dispatchEvent(new CustomEvent("timeline:seek", { bubbles: true, detail: { at_ms } }));
    },
    select: (selection) => {
      put(props.start_name, selection ? String(selection.start_ms) : "");
      put(props.end_name, selection ? String(selection.end_ms) : "");
      element.dispatchEvent(new CustomEvent("timeline:select", { bubbles: true, detail: selection }));
    },
  });
  element.append(timeline.element);
  void getJson<DayAnswer>(withParams(props.timeline_url, { camera: props.camera, day: props.day })).then((answer) =>
    timeline.show(answer),
  );
  return () => timeline.stop();
}
