/** What a picture on the page shows now: told by islands with pictures, heard by forms about the moment shown. */
export interface Shown {
  readonly camera: string;
  /** The instant shown, in milliseconds since 1970; 0 where there is no picture yet. */
  readonly at_ms: number;
}

const NAME = "ov:shown";
const ASKED = "ov:show";

export function tellShown(element: Element, shown: Shown): void {
  element.dispatchEvent(new CustomEvent<Shown>(NAME, { bubbles: true, detail: shown }));
}

export function onShown(heard: (shown: Shown) => void): void {
  document.addEventListener(NAME, (event) => heard((event as CustomEvent<Shown>).detail));
}

/** Asks the island with pictures to show a camera: in the pane where it is already, or in one more. */
export function askToShow(camera: string): void {
  document.dispatchEvent(new CustomEvent<string>(ASKED, { detail: camera }));
}

/** Hears that a camera is to be shown; gives back how to stop hearing. */
export function onAskedToShow(heard: (camera: string) => void): () => void {
  const listen = (event: Event): void => heard((event as CustomEvent<string>).detail);
  document.addEventListener(ASKED, listen);
  return () => document.removeEventListener(ASKED, listen);
}
