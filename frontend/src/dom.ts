type Child = Node | string | null | undefined | false;
type Attributes = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Makes an element: attributes that are false or missing are left out, true ones stand alone. */
export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
  for (const child of children) if (child) element.append(child);
  return element;
}

/** An icon of the sprite. */
export function icon(name: string, css = ""): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(space, "svg");
  picture.setAttribute("class", `ov-icon ${css}`.trim());
  picture.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${spriteUrl()}#${name}`);
  picture.append(use);
  return picture;
}

/** A button with an icon whose words are its label and tooltip. */
export function iconButton(name: string, label: string, act: () => void, css = "btn btn-icon"): HTMLButtonElement {
  const button = make("button", { type: "button", class: css, title: label, "aria-label": label }, icon(name));
  button.addEventListener("click", act);
  return button;
}

export function setIcon(button: HTMLElement, name: string): void {
  button.querySelector("use")?.setAttribute("href", `${spriteUrl()}#${name}`);
}

export function setLabel(button: HTMLElement, label: string): void {
  button.title = label;
  button.setAttribute("aria-label", label);
}

function spriteUrl(): string {
  return document.querySelector<HTMLElement>("script[data-icons]")?.dataset.icons ?? "";
}
