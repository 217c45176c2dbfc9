// The panel for steering, on its own.
import { fill } from "../http.ts";
import type { Preset } from "../steering/channel.ts";
import { SteeringPad } from "../steering/pad.ts";
import type { Texts } from "../texts.ts";

interface Props {
  readonly texts: Texts;
  readonly camera: string;
  readonly title: string;
  readonly steer_url: string;
  readonly presets?: readonly Preset[];
}

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const pad = new SteeringPad(props.texts, props.title, fill(props.steer_url, { camera: props.camera }), props.presets);
  element.append(pad.element);
  return () => pad.stop();
}
