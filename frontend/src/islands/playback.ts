export function mount(element: HTMLElement): void {
  element.classList.add("ov-playback");
}
