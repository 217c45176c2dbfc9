// Places on a map; the tiles are the installation's own, and without any there is a plain grid.
import { circleMarker, control, map as makeMap, tileLayer, type LatLngExpression, type Map as LeafletMap } from "leaflet";
import "leaflet/dist/leaflet.css";
import { make } from "../dom.ts";
import { getJson } from "../http.ts";
import { say, type Texts } from "../texts.ts";
import "../styles/map.css";

interface Place {
  readonly lat: number;
  readonly lng: number;
  readonly label: string;
  readonly url?: string;
  readonly tone?: string;
  readonly state?: string;
}

interface Props {
  readonly texts: Texts;
  readonly places?: readonly Place[];
  readonly places_url?: string;
  readonly tile_url?: string;
  readonly center?: readonly [number, number];
  readonly zoom?: number;
  readonly pick?: { readonly lat_name: string; readonly lng_name: string };
}

const CHINA: LatLngExpression = [35.5, 105];

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  const host = make("div", { class: "ov-map-face", role: "application", "aria-label": say(props.texts, "map") });
  element.append(host);
  const map = makeMap(host, { zoomControl: false, attributionControl: false, minZoom: 3, maxZoom: 18 });
  control.zoom({ zoomInTitle: say(props.texts, "zoom_in"), zoomOutTitle: say(props.texts, "zoom_out") }).addTo(map);
  control.scale({ imperial: false }).addTo(map);
  map.setView(props.center ? [...props.center] : CHINA, props.zoom ?? 4);
  if (props.tile_url) tileLayer(props.tile_url, { maxZoom: 18 }).addTo(map);
  else element.append(make("p", { class: "ov-map-note" }, say(props.texts, "no_tiles")));
  void show(map, props);
  if (props.pick) pick(map, element, props.pick);
  const observer = new ResizeObserver(() => map.invalidateSize());
  observer.observe(host);
  return () => {
    observer.disconnect();
    map.remove();
  };
}

async function show(map: LeafletMap, props: Props): Promise<void> {
  const places = props.places_url ? (await getJson<{ places: readonly Place[] }>(props.places_url)).places : (props.places ?? []);
  const positions: [number, number][] = [];
  for (const place of places) {
    positions.push([place.lat, place.lng]);
    const words = make(
      "div",
      { class: "ov-map-words" },
      make("strong", {}, place.url ? make("a", { href: place.url }, place.label) : place.label),
      place.state ? make("span", { class: `ov-state is-${place.tone ?? "quiet"}` }, place.state) : "",
    );
    circleMarker([place.lat, place.lng], { radius: 8, className: `ov-map-place is-${place.tone ?? "quiet"}` })
      .bindPopup(words)
      .bindTooltip(make("span", {}, place.label))
      .addTo(map);
  }
  if (positions.length > 0 && !props.center) map.fitBounds(positions, { padding: [40, 40], maxZoom: 14 });
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
  const pin = circleMarker([0, 0], { radius: 9, className: "ov-map-place is-busy", interactive: false });
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
