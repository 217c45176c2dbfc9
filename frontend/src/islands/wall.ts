// The wall: the tree of cameras, the panes, steering beside them.
import { instantText } from "../beijing.ts";
import { icon, iconButton, make, setIcon, setLabel } from "../dom.ts";
import { fill, getJson, postJson } from "../http.ts";
import type { LivePane } from "../media/live_pane.ts";
import { startUseReports } from "../media/use_reports.ts";
import { SteeringPad } from "../steering/pad.ts";
import { say, type Texts } from "../texts.ts";
import { PaneGrid, type GridUrls } from "../wall/grid.ts";
import { layoutFor, LAYOUTS } from "../wall/layout.ts";
import { camerasOf, siteOf, type CameraNode, type TreeNode } from "../wall/nodes.ts";
import { CameraTree } from "../wall/tree.ts";
import { isTyping } from "../shell/shortcuts.ts";
import { onAskedToShow } from "../shell/shown.ts";
import "../styles/wall.css";

/** What can be done at a site: its address per key of a site. */
interface SiteAct {
  readonly label: string;
  readonly icon: string;
  readonly urls: Readonly<Record<string, string>>;
}

interface Props extends GridUrls {
  readonly texts: Texts;
  readonly tree_url: string;
  readonly alive_url?: string;
  readonly favourite_url: string;
  readonly steer_url: string;
  readonly layout?: number;
  readonly cameras?: readonly string[];
  readonly site_acts?: readonly SiteAct[];
}

const MEMORY = "oversite.wall";
const TREE_EVERY_MS = 30_000;
const TELL_EVERY_MS = 500;
const PAD_BESIDE_TREE_PX = 1600;

interface Remembered {
  readonly layout: number;
  readonly cameras: readonly string[];
}

export function mount(element: HTMLElement, raw: unknown): () => void {
  const wall = new Wall(element, raw as Props);
  void wall.start();
  return () => wall.stop();
}

class Wall {
  readonly #element: HTMLElement;
  readonly #props: Props;
  readonly #tree: CameraTree;
  readonly #grid: PaneGrid;
  readonly #fold: HTMLButtonElement;
  readonly #side = make("aside", { class: "ov-wall-side", hidden: true });
  readonly #layoutButtons: readonly HTMLButtonElement[];
  readonly #siteActs = make("span", { class: "ov-wall-site-acts" });
  #nodes: readonly TreeNode[] = [];
  #cameras = new Map<string, CameraNode>();
  #pad: SteeringPad | null = null;
  #steered = "";
  #timer = 0;
  #teller = 0;
  #isReady = false;
  #isFoldedForPad = false;
  readonly #stopReports: () => void;
  readonly #stopAsked: () => void;

  constructor(element: HTMLElement, props: Props) {
    this.#element = element;
    this.#props = props;
    this.#tree = new CameraTree(props.texts, {
      chosen: (camera) => this.#grid.put(camera),
      favourite: async (camera, isOn) => {
        await postJson(fill(props.favourite_url, { camera: camera.uid }), { on: isOn });
      },
    });
    this.#grid = new PaneGrid(props.texts, props, {
      changed: () => this.#changed(),
      chosen: () => this.#showSiteActs(),
      steer: (camera) => this.#steer(camera),
      snapshot: (pane) => void this.#snapshot(pane),
      enlarged: (index) => element.classList.toggle("has-alone", index !== null),
    });
    this.#fold = iconButton("layout-sidebar-left-collapse", "", () => undefined);
    this.#layoutButtons = LAYOUTS.map((layout) =>
      iconButton(iconOf(layout), say(props.texts, `layout_${layout}`), () => this.#grid.setLayout(layout)),
    );
    element.append(this.#tree.element, make("div", { class: "ov-wall-main" }, this.#tools(), this.#grid.element), this.#side);
    this.#stopReports = startUseReports(props.alive_url, () => this.#grid.isPlaying);
    if (!element.classList.contains("is-sitting")) element.closest(".ov-content")?.classList.add("is-wall");
    element.addEventListener("wall:drop", (event) => this.#dropped(event as CustomEvent<{ uid: string; index: number }>));
    this.#stopAsked = onAskedToShow((uid) => {
      const camera = this.#cameras.get(uid);
      if (camera) this.#grid.put(camera);
    });
    document.addEventListener("keydown", this.#key);
    document.addEventListener("fullscreenchange", this.#showFullScreen);
  }

  async start(): Promise<void> {
    const kept = this.#remembered();
    const wanted = this.#props.cameras ?? kept.cameras;
    this.#grid.setLayout(this.#props.layout ?? (this.#props.cameras ? layoutFor(this.#props.cameras.length) : kept.layout));
    await this.#load();
    for (const uid of wanted.slice(0, this.#grid.layout)) {
      const camera = this.#cameras.get(uid);
      if (camera) this.#grid.put(camera);
    }
    this.#isReady = true;
    this.#changed();
    this.#teller = window.setInterval(() => this.#grid.tell(), TELL_EVERY_MS);
    this.#timer = window.setInterval(() => {
      if (!document.hidden) void this.#load();
    }, TREE_EVERY_MS);
  }

  stop(): void {
    this.#stopReports();
    this.#stopAsked();
    clearInterval(this.#timer);
    clearInterval(this.#teller);
    document.removeEventListener("keydown", this.#key);
    document.removeEventListener("fullscreenchange", this.#showFullScreen);
    this.#pad?.stop();
    this.#isReady = false;
    this.#grid.clear();
  }

  async #load(): Promise<void> {
    try {
      const { nodes } = await getJson<{ nodes: readonly TreeNode[] }>(this.#props.tree_url);
      this.#nodes = nodes;
      this.#cameras = camerasOf(nodes);
      this.#tree.show(nodes);
      this.#tree.markShown(new Set(this.#grid.cameras));
    } catch {
      if (this.#cameras.size === 0) this.#tree.tell(say(this.#props.texts, "tree_failed"));
    }
  }

  #tools(): HTMLElement {
    const { texts } = this.#props;
    this.#fold.addEventListener("click", () => this.#foldTree(!this.#element.classList.contains("is-tree-hidden")));
    this.#foldTree(this.#element.classList.contains("is-tree-hidden"));
    const full = iconButton("arrows-maximize", say(texts, "full_screen"), () => void this.#toggleFullScreen());
    full.dataset.fullScreen = "";
    return make(
      "div",
      { class: "ov-wall-tools", role: "toolbar" },
      this.#fold,
      make("span", { class: "btn-group", role: "group" }, ...this.#layoutButtons),
      make("span", { class: "ov-wall-space" }),
      this.#siteActs,
      iconButton("square-x", say(texts, "close_all"), () => this.#grid.clear()),
      full,
    );
  }

  #foldTree(isHidden: boolean): void {
    this.#element.classList.toggle("is-tree-hidden", isHidden);
    setLabel(this.#fold, say(this.#props.texts, isHidden ? "show_tree" : "hide_tree"));
  }

  /** On a narrow screen tree and pad together would leave no room for the pictures. */
  #makeRoom(isSteering: boolean): void {
    if (isSteering && innerWidth < PAD_BESIDE_TREE_PX && !this.#element.classList.contains("is-tree-hidden")) {
      this.#isFoldedForPad = true;
      this.#foldTree(true);
    } else if (!isSteering && this.#isFoldedForPad) {
      this.#isFoldedForPad = false;
      this.#foldTree(false);
    }
  }

  #dropped(event: CustomEvent<{ uid: string; index: number }>): void {
    const camera = this.#cameras.get(event.detail.uid);
    if (camera) this.#grid.put(camera, event.detail.index);
  }

  #changed(): void {
    const uids = this.#grid.cameras;
    this.#layoutButtons.forEach((button, index) => button.setAttribute("aria-pressed", String(LAYOUTS[index] === this.#grid.layout)));
    this.#tree.markShown(new Set(uids));
    if (this.#steered && !uids.includes(this.#steered)) this.#steer(null);
    this.#showSiteActs();
    if (this.#isReady) localStorage.setItem(MEMORY, JSON.stringify({ layout: this.#grid.layout, cameras: uids }));
  }

  /** The acts on the site of the picture that is chosen. */
  #showSiteActs(): void {
    const site = siteOf(this.#nodes, this.#grid.camera);
    const acts = site ? (this.#props.site_acts ?? []) : [];
    const links = acts.flatMap(({ label, icon: name, urls }) => {
      const href = urls[String(site?.id)];
      return href ? [make("a", { class: "btn", href, title: `${label} · ${site?.name}` }, icon(name), label)] : [];
    });
    this.#siteActs.replaceChildren(...links);
  }

  #remembered(): Remembered {
    try {
      const kept = JSON.parse(localStorage.getItem(MEMORY) ?? "") as Partial<Remembered>;
      const layout = LAYOUTS.includes(kept.layout ?? 0) ? (kept.layout ?? 4) : 4;
      return { layout, cameras: Array.isArray(kept.cameras) ? kept.cameras.map(String) : [] };
    } catch {
      return { layout: 4, cameras: [] };
    }
  }

  #steer(camera: CameraNode | null): void {
    this.#pad?.stop();
    this.#pad = null;
    const isSame = camera?.uid === this.#steered;
    this.#steered = camera && !isSame ? camera.uid : "";
    this.#side.hidden = this.#steered === "";
    this.#makeRoom(this.#steered !== "");
    if (!camera || isSame) return;
    this.#pad = new SteeringPad(this.#props.texts, camera.title, fill(this.#props.steer_url, { camera: camera.uid }));
    const close = iconButton("x", say(this.#props.texts, "pane_close"), () => this.#steer(null), "ov-notice-close");
    this.#side.replaceChildren(close, this.#pad.element);
    this.#pad.element.focus();
    this.#side.scrollIntoView({ block: "nearest" });
  }

  /** The picture is looked at here and kept with a finding; it does not leave the platform as a file (req: A20). */
  async #snapshot(pane: LivePane): Promise<void> {
    const { texts, mark_page } = this.#props;
    const at_ms = Math.round(pane.player.shown_ms);
    const picture = await pane.snapshot().catch(() => null);
    const url = picture ? URL.createObjectURL(picture) : "";
    const body = picture
      ? make("img", { src: url, alt: pane.camera.title, class: "ov-wall-snapshot" })
      : make("p", {}, say(texts, "failed_snapshot"));
    const mark = mark_page
      ? make("a", { class: "btn btn-primary", href: fill(mark_page, { camera: pane.camera.uid, at_ms }) }, say(texts, "pane_mark"))
      : null;
    const close = iconButton("x", say(texts, "cancel"), () => dialog.close(), "ov-notice-close");
    const dialog = make(
      "dialog",
      { class: "ov-dialog is-wide" },
      make("header", {}, make("h2", {}, `${pane.camera.title} ${instantText(at_ms)}`), close),
      make("div", { class: "ov-dialog-body" }, body),
      make("footer", {}, mark),
    );
    dialog.addEventListener("close", () => {
      URL.revokeObjectURL(url);
      dialog.remove();
    });
    this.#element.append(dialog);
    dialog.showModal();
  }

  async #toggleFullScreen(): Promise<void> {
    if (document.fullscreenElement) await document.exitFullscreen();
    else await this.#element.requestFullscreen();
  }

  readonly #showFullScreen = (): void => {
    const button = this.#element.querySelector<HTMLElement>("[data-full-screen]");
    if (!button) return;
    const isFull = document.fullscreenElement !== null;
    setIcon(button, isFull ? "arrows-minimize" : "arrows-maximize");
    setLabel(button, say(this.#props.texts, isFull ? "leave_full_screen" : "full_screen"));
  };

  readonly #key = (event: KeyboardEvent): void => {
    if (event.key === "Escape" && !isTyping(event.target)) this.#grid.restore();
    if (event.key === "f" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey) void this.#toggleFullScreen();
  };
}

function iconOf(layout: number): string {
  return { 1: "square", 4: "layout-grid", 9: "grid-3x3", 16: "grid-4x4" }[layout] ?? "layout-grid";
}
