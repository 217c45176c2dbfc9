// Places on a map; the tiles are the installation's own. Without any there is a schematic map where the page gives
// one (cities and waters, no boundaries), else a plain grid.
import {
  circle,
  circleMarker,
  control,
  divIcon,
  map as makeMap,
  marker,
  polyline,
  tileLayer,
  type LatLngExpression,
  type LatLngTuple,
  type Map as LeafletMap,
} from "leaflet";
import "leaflet/dist/leaflet.css";
import { make } from "../dom.ts";
import { getJson } from "../http.ts";
import { say, type Texts } from "../texts.ts";
import "../styles/map.css";

type Side = "left" | "right" | "top" | "bottom";

interface Place {
  readonly lat: number;
  readonly lng: number;
  readonly label: string;
  readonly url?: string;
  readonly tone?: string;
  readonly state?: string;
  /** Written beside the mark for good, on this side. */
  readonly words?: readonly string[];
  readonly side?: Side;
}

interface City {
  readonly lat: number;
  readonly lng: number;
  readonly label: string;
  readonly side?: Side;
}

interface Water {
  readonly label: string;
  readonly lat: number;
  readonly lng: number;
}

interface Props {
  readonly texts: Texts;
  readonly places?: readonly Place[];
  readonly places_url?: string;
  readonly tile_url?: string;
  readonly center?: readonly [number, number];
  readonly zoom?: number;
  readonly pick?: { readonly lat_name: string; readonly lng_name: string };
  readonly legend?: readonly { readonly tone: string; readonly word: string }[];
  readonly cities?: readonly City[];
  readonly lines?: readonly (Water & { readonly points: readonly LatLngTuple[] })[];
  readonly lakes?: readonly (Water & { readonly radius_m: number })[];
  readonly bounds?: readonly [LatLngTuple, LatLngTuple];
  readonly note?: string;
}

const CHINA: LatLngExpression = [35.5, 105];
const MARK_PX = 16;
/** Beside marks with words, the others step back. */
const SMALL_PX = 10;
/** One outline per tone, so that colour is never alone. */
const OUTLINES: Readonly<Record<string, string>> = {
  good: "M8 1.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z",
  soon: "M8 1L15.5 14.5H.5z",
  now: "M8 .5L15.5 8L8 15.5L.5 8z",
  busy: "M2 2H14V14H2z",
  quiet: "M8 3a5 5 0 1 1 0 10a5 5 0 1 1 0-10z",
};

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const host = make("div", { class: `ov-map-face${props.note ? " is-schematic" : ""}`, role: "application", "aria-label": say(props.texts, "map") });
  element.append(host);
  const map = makeMap(host, { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 18, zoomSnap: 0.25 });
  control.zoom({ zoomInTitle: say(props.texts, "zoom_in"), zoomOutTitle: say(props.texts, "zoom_out") }).addTo(map);
  control.scale({ imperial: false }).addTo(map);
  map.setView(props.center ? [...props.center] : CHINA, props.zoom ?? 4);
  if (props.tile_url) tileLayer(props.tile_url, { maxZoom: 18 }).addTo(map);
  else ground(map, props);
  if (props.legend?.length) element.append(legend(props.legend));
  if (!props.tile_url) element.append(make("p", { class: "ov-map-note" }, props.note ?? say(props.texts, "no_tiles")));
  void show(map, props);
  if (props.pick) pick(map, element, props.pick);
  const fit = (): void => {
    if (props.bounds) map.fitBounds([[...props.bounds[0]], [...props.bounds[1]]], { padding: [8, 8] });
  };
  const observer = new ResizeObserver(() => {
    map.invalidateSize({ pan: false });
    fit();
  });
  observer.observe(host);
  return () => {
    observer.disconnect();
    map.remove();
  };
}

/** Cities and waters in the place of tiles; nobody clicks them. */
function ground(map: LeafletMap, props: Props): void {
  for (const each of props.lines ?? []) {
    polyline([...each.points], { className: "ov-map-water", interactive: false, fill: false }).addTo(map);
    label(map, each, "ov-map-water-name");
  }
  for (const each of props.lakes ?? []) {
    circle([each.lat, each.lng], { radius: each.radius_m, className: "ov-map-lake", interactive: false }).addTo(map);
    label(map, each, "ov-map-water-name");
  }
  for (const city of props.cities ?? []) {
    circleMarker([city.lat, city.lng], { radius: 3, className: "ov-map-city", interactive: false })
      .bindTooltip(make("span", {}, city.label), { permanent: true, direction: city.side ?? "right", className: "ov-map-name", offset: [0, 0] })
      .addTo(map);
  }
}

function label(map: LeafletMap, at: Water, className: string): void {
  const icon = divIcon({ className, html: make("span", {}, at.label), iconSize: [0, 0] });
  marker([at.lat, at.lng], { icon, interactive: false, keyboard: false }).addTo(map);
}

function outline(tone: string): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "-1 -1 18 18");
  svg.setAttribute("class", `ov-map-mark is-${tone}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", OUTLINES[tone] ?? OUTLINES["quiet"] ?? "");
  svg.append(path);
  return svg;
}

function legend(rows: readonly { readonly tone: string; readonly word: string }[]): HTMLElement {
  const list = make("ul", { class: "ov-map-legend" });
  for (const row of rows) {
    const item = make("li");
    item.append(outline(row.tone), row.word);
    list.append(item);
  }
  return list;
}

async function show(map: LeafletMap, props: Props): Promise<void> {
  const places = props.places_url ? (await getJson<{ places: readonly Place[] }>(props.places_url)).places : (props.places ?? []);
  const positions: [number, number][] = [];
  const hasWords = places.some((place) => place.words);
  for (const place of places) {
    positions.push([place.lat, place.lng]);
    put(map, place, hasWords && !place.words ? SMALL_PX : MARK_PX);
  }
  if (positions.length > 0 && !props.center && !props.bounds) map.fitBounds(positions, { padding: [40, 40], maxZoom: 14 });
}

function put(map: LeafletMap, place: Place, size: number): void {
  const tone = place.tone ?? "quiet";
  const told = make(
    "div",
    { class: "ov-map-words" },
    make("strong", {}, place.url ? make("a", { href: place.url }, place.label) : place.label),
    place.state ? make("span", { class: `ov-state is-${tone}` }, place.state) : "",
  );
  const holder = make("div");
  holder.append(outline(tone));
  const icon = divIcon({ className: `ov-map-icon${size < MARK_PX ? " is-small" : ""}`, html: holder, iconSize: [size, size] });
  const mark = marker([place.lat, place.lng], { icon }).bindPopup(told);
  if (place.words) {
    const words = make("div", {}, ...place.words.map((line) => make("div", {}, line)));
    mark.bindTooltip(words, { permanent: true, direction: place.side ?? "right", className: "ov-map-name", offset: away(place.side) });
  } else mark.bindTooltip(make("span", {}, place.label));
  mark.addTo(map);
  mark.getElement()?.setAttribute("aria-label", [place.label, place.state ?? ""].join(" ").trim());
}

/** How far words stay off the mark. */
function away(side: Side = "right"): [number, number] {
  const half = MARK_PX / 2;
  return { left: [-half, 0], right: [half, 0], top: [0, -half], bottom: [0, half] }[side] as [number, number];
}

/** A click puts the place into two fields of the form. */
function pick(map: LeafletMap, element: HTMLElement, names: { readonly lat_name: string; readonly lng_name: string }): void {
  const form = element.closest("form");
  const field = (name: string): HTMLInputElement | null => {
    const found = form?.elements.namedItem(name);
    return found instanceof HTMLInputElement ? found : null;
  };
  const lat = field(names.lat_name);
  const lng = field(names.lng_name);
  if (!lat || !lng) return;
  const pin = circleMarker([0, 0], { radius: 9, className: "ov-map-pin", interactive: false });
  const place = (): void => {
    if (lat.value && lng.value) pin.setLatLng([Number(lat.value), Number(lng.value)]).addTo(map);
  };
  map.on("click", (event) => {
    lat.value = event.latlng.lat.toFixed(6);
    lng.value = event.latlng.lng.toFixed(6);
    place();
  });
  lat.addEventListener("change", place);
  lng.addEventListener("change", place);
  place();
}
