/** What a picture on the page shows now: told by islands with pictures, heard by forms about the moment shown. */
export interface Shown {
  readonly camera: string;
  /** The instant shown, in milliseconds since 1970; 0 where there is no picture yet. */
  readonly at_ms: number;
}

const NAME = "ov:shown";

export function tellShown(element: Element, shown: Shown): void {
  element.dispatchEvent(new CustomEvent<Shown>(NAME, { bubbles: true, detail: shown }));
}

export function onShown(heard: (shown: Shown) => void): void {
  document.addEventListener(NAME, (event) => heard((event as CustomEvent<Shown>).detail));
}
