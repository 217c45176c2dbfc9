// The cameras on the left of the wall: agencies, sites, areas; search, online counts, favourites.
import { icon, iconButton, make, setIcon, setLabel } from "../dom.ts";
import { say, type Texts } from "../texts.ts";
import { camerasOf, narrowed, type CameraNode, type TreeNode } from "./nodes.ts";

export interface TreeHooks {
  chosen(camera: CameraNode): void;
  favourite(camera: CameraNode, isOn: boolean): Promise<void>;
}

export class CameraTree {
  readonly element: HTMLElement;
  readonly #texts: Texts;
  readonly #hooks: TreeHooks;
  readonly #list = make("div", { class: "ov-tree-list" });
  readonly #search: HTMLInputElement;
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #favourites = new Set<string>();
  #nodes: readonly TreeNode[] = [];
  #shown: ReadonlySet<string> = new Set();
  #isFavouritesOnly = false;
  #isLoaded = false;

  constructor(texts: Texts, hooks: TreeHooks) {
    this.#texts = texts;
    this.#hooks = hooks;
    const words = say(texts, "tree_search");
    this.#search = make("input", { type: "search", class: "form-control", placeholder: words, "aria-label": words });
    this.#search.addEventListener("input", () => this.#draw());
    this.#tabs = [false, true].map((isFavourites) => {
      const label = say(texts, isFavourites ? "tree_favourites" : "tree_all");
      const tab = make("button", { type: "button", class: "ov-tree-tab", "aria-pressed": String(!isFavourites) }, label);
      tab.addEventListener("click", () => this.#setFavouritesOnly(isFavourites));
      return tab;
    });
    this.element = make(
      "aside",
      { class: "ov-tree" },
      make("div", { class: "ov-tree-top" }, this.#search, make("div", { class: "ov-tree-tabs" }, ...this.#tabs)),
      this.#list,
    );
    this.#list.setAttribute("aria-label", words);
    this.#list.addEventListener("keydown", (event) => this.#key(event));
    this.tell(say(texts, "tree_loading"));
  }

  show(nodes: readonly TreeNode[]): void {
    if (!this.#isLoaded) {
      for (const camera of camerasOf(nodes).values()) if (camera.is_favourite) this.#favourites.add(camera.uid);
    }
    this.#isLoaded = true;
    this.#nodes = nodes;
    this.#draw();
  }

  /** Marks the cameras that are on the wall. */
  markShown(uids: ReadonlySet<string>): void {
    this.#shown = uids;
    for (const row of this.#list.querySelectorAll<HTMLElement>("[data-camera]")) {
      row.classList.toggle("is-shown", uids.has(row.dataset.camera ?? ""));
    }
  }

  tell(words: string): void {
    this.#list.removeAttribute("role");
    this.#list.replaceChildren(make("p", { class: "ov-tree-note" }, words));
  }

  #setFavouritesOnly(isOnly: boolean): void {
    this.#isFavouritesOnly = isOnly;
    this.#tabs.forEach((tab, index) => tab.setAttribute("aria-pressed", String((index === 1) === isOnly)));
    this.#draw();
  }

  #draw(): void {
    if (!this.#isLoaded) return;
    const text = this.#search.value.trim().toLowerCase();
    const words = text.split(/\s+/).filter(Boolean);
    const nodes = narrowed(this.#nodes, words, (camera) => !this.#isFavouritesOnly || this.#favourites.has(camera.uid));
    if (nodes.length === 0) {
      this.tell(text ? say(this.#texts, "tree_nothing_found", { text }) : say(this.#texts, "tree_empty"));
      return;
    }
    const isOpen = words.length > 0 || this.#isFavouritesOnly || camerasOf(nodes).size <= 60;
    this.#list.setAttribute("role", "tree");
    this.#list.replaceChildren(...nodes.map((node) => this.#node(node, 0, isOpen)));
    this.#list.querySelector<HTMLElement>("[role=treeitem]")?.setAttribute("tabindex", "0");
  }

  #node(node: TreeNode, depth: number, isOpen: boolean): HTMLElement {
    if (node.kind === "camera") return this.#camera(node, depth);
    const count = node.total === undefined ? "" : `${node.online ?? 0}/${node.total}`;
    const face = { agency: "building-bank", site: "building-warehouse", area: "square" }[node.kind];
    const summary = make(
      "summary",
      { role: "treeitem", tabindex: -1, class: `ov-tree-row is-depth-${Math.min(depth, 4)}` },
      icon("chevron-right", "ov-tree-fold"),
      icon(face),
      make("span", { class: "ov-tree-name", title: node.name }, node.name),
      make("span", { class: "ov-tree-count" }, count),
    );
    const group = make("details", { open: isOpen || depth === 0 }, summary);
    const fillIn = (): void => {
      if (group.open && group.childElementCount === 1) {
        group.append(...node.children.map((child) => this.#node(child, depth + 1, isOpen)));
      }
    };
    group.addEventListener("toggle", fillIn);
    fillIn();
    return group;
  }

  #camera(camera: CameraNode, depth: number): HTMLElement {
    const state = say(this.#texts, camera.online ? "online" : "offline");
    const star = iconButton("star", "", () => void this.#toggleFavourite(camera, star), "ov-tree-star");
    star.tabIndex = -1;
    this.#drawStar(star, camera);
    const row = make(
      "div",
      {
        class: `ov-tree-row is-camera is-depth-${Math.min(depth, 4)}${camera.online ? "" : " is-offline"}`,
        role: "treeitem",
        tabindex: -1,
        draggable: "true",
        "data-camera": camera.uid,
        title: `${camera.title} · ${state}`,
      },
      icon(camera.online ? (camera.can_steer ? "device-cctv" : "video") : "video-off"),
      make("span", { class: "ov-tree-name ov-keep-end", title: camera.name }, make("bdi", { dir: "ltr" }, camera.name)),
      make("span", { class: "visually-hidden" }, state),
      star,
    );
    row.classList.toggle("is-shown", this.#shown.has(camera.uid));
    row.addEventListener("click", (event) => {
      if (!star.contains(event.target as Node)) this.#hooks.chosen(camera);
    });
    row.addEventListener("dragstart", (event) => {
      event.dataTransfer?.setData("text/x-oversite-camera", camera.uid);
      event.dataTransfer?.setData("text/plain", camera.title);
    });
    return row;
  }

  #drawStar(star: HTMLButtonElement, camera: CameraNode): void {
    const isOn = this.#favourites.has(camera.uid);
    setIcon(star, isOn ? "star-filled" : "star");
    setLabel(star, say(this.#texts, isOn ? "favourite_remove" : "favourite_add"));
    star.classList.toggle("is-on", isOn);
  }

  async #toggleFavourite(camera: CameraNode, star: HTMLButtonElement): Promise<void> {
    const isOn = !this.#favourites.has(camera.uid);
    this.#setFavourite(camera, isOn);
    this.#drawStar(star, camera);
    try {
      await this.#hooks.favourite(camera, isOn);
    } catch {
      this.#setFavourite(camera, !isOn);
      this.#drawStar(star, camera);
    }
  }

  #setFavourite(camera: CameraNode, isOn: boolean): void {
    if (isOn) this.#favourites.add(camera.uid);
    else this.#favourites.delete(camera.uid);
  }

  #key(event: KeyboardEvent): void {
    const here = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("[role=treeitem]") : null;
    if (!here) return;
    if (event.target instanceof HTMLElement && event.target.matches(".ov-tree-star")) {
      if (event.key !== "ArrowLeft") return;
      here.focus();
      event.preventDefault();
      return;
    }
    const rows = [...this.#list.querySelectorAll<HTMLElement>("[role=treeitem]")].filter((row) => row.offsetParent !== null);
    const index = rows.indexOf(here);
    const group = here.matches("summary") && here.parentElement instanceof HTMLDetailsElement ? here.parentElement : null;
    if (event.key === "ArrowDown") rows[index + 1]?.focus();
    else if (event.key === "ArrowUp") rows[index - 1]?.focus();
    else if (event.key === "ArrowRight" && group) group.open = true;
    else if (event.key === "ArrowRight") here.querySelector<HTMLElement>(".ov-tree-star")?.focus();
    else if (event.key === "ArrowLeft") {
      if (group?.open) group.open = false;
      else (group ?? here).parentElement?.closest("details")?.querySelector<HTMLElement>("summary")?.focus();
    } else if ((event.key === "Enter" || event.key === " ") && !group) here.click();
    else return;
    event.preventDefault();
  }
}
