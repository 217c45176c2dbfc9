/** What an island's module exports: it takes its element and its props, and may return how to stop it. */
export interface Island {
  mount(element: HTMLElement, props: unknown): (() => void) | void;
}

const LOADERS: Record<string, () => Promise<Island>> = {
  wall: () => import("../islands/wall.ts"),
  player: () => import("../islands/player.ts"),
  playback: () => import("../islands/playback.ts"),
  timeline: () => import("../islands/timeline.ts"),
  ptz: () => import("../islands/ptz.ts"),
  events: () => import("../islands/events.ts"),
  jobs: () => import("../islands/jobs.ts"),
  map: () => import("../islands/map.ts"),
  charts: () => import("../islands/charts.ts"),
  field: () => import("../islands/field.ts"),
  "field-desk": () => import("../islands/field_desk.ts"),
  floorplan: () => import("../islands/floorplan.ts"),
  corners: () => import("../islands/corners.ts"),
};

const mounted = new WeakMap<Element, () => void>();
const begun = new WeakSet<Element>();

/** Loads and starts every island in `root` that has not been started. */
export function mountIslands(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[data-island]")) {
    if (begun.has(element)) continue;
    begun.add(element);
    void start(element);
  }
}

/** Stops the islands in `root`, because the page part is about to go. */
export function unmountIslands(root: Element): void {
  for (const element of [root, ...root.querySelectorAll("[data-island]")]) {
    mounted.get(element)?.();
    mounted.delete(element);
  }
}

async function start(element: HTMLElement): Promise<void> {
  const name = element.dataset.island ?? "";
  const load = LOADERS[name];
  if (!load) throw new Error(`no island is called "${name}"`);
  try {
    const island = await load();
    const stop = island.mount(element, JSON.parse(element.dataset.props ?? "{}"));
    element.dataset.islandState = "ready";
    if (stop) mounted.set(element, stop);
  } catch (error) {
    element.dataset.islandState = "failed";
    element.querySelector<HTMLElement>("[data-island-failure]")?.removeAttribute("hidden");
    throw error;
  }
}
