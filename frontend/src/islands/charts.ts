// Figures as a chart, with the same figures as a table for those who read them that way.
import { BarChart, HeatmapChart, LineChart, PieChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { make } from "../dom.ts";
import { say, type Texts } from "../texts.ts";
import "../styles/charts.css";

use([BarChart, HeatmapChart, LineChart, PieChart]);
use([AriaComponent, GridComponent, LegendComponent, TooltipComponent, VisualMapComponent, CanvasRenderer]);

interface Series {
  readonly name: string;
  readonly values: readonly (number | null)[];
}

interface Props {
  readonly texts: Texts;
  readonly kind: "line" | "bar" | "pie" | "heat";
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  readonly unit?: string;
  readonly title?: string;
}

export function mount(element: HTMLElement, raw: unknown): () => void {
  const props = raw as Props;
  if (!props.series.some((each) => each.values.length > 0)) {
    element.append(make("p", { class: "ov-nothing" }, say(props.texts, "no_data")));
    return () => undefined;
  }
  const face = make("div", { class: "ov-chart-face", role: "img", "aria-label": props.title ?? props.series.map((each) => each.name).join("、") });
  element.append(face, table(props));
  const chart = init(face, null, { renderer: "canvas" });
  const draw = (): void => chart.setOption(optionOf(props, colours(element)), { notMerge: true });
  const observer = new ResizeObserver(() => chart.resize());
  draw();
  observer.observe(face);
  document.addEventListener("oversite:theme", draw);
  return () => {
    observer.disconnect();
    document.removeEventListener("oversite:theme", draw);
    chart.dispose();
  };
}

interface Colours {
  readonly text: string;
  readonly line: string;
  readonly surface: string;
  readonly font: string;
  readonly series: readonly string[];
}

function colours(element: HTMLElement): Colours {
  const style = getComputedStyle(element);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: of("--ov-soft"),
    line: of("--ov-line"),
    surface: of("--ov-raised"),
    font: style.fontFamily,
    series: ["--ov-accent", "--ov-chart-2", "--ov-chart-3", "--ov-chart-4", "--ov-chart-5"].map(of),
  };
}

/** Tooltips are drawn on the canvas: as HTML they would need inline styles, which the policy forbids. */
function optionOf(props: Props, colour: Colours): EChartsCoreOption {
  const unit = props.unit ?? "";
  const common = {
    color: [...colour.series],
    textStyle: { fontFamily: colour.font, color: colour.text },
    animation: false,
    tooltip: {
      trigger: props.kind === "line" || props.kind === "bar" ? "axis" : "item",
      renderMode: "richText",
      backgroundColor: colour.surface,
      borderColor: colour.line,
      textStyle: { color: colour.text, fontSize: 12 },
      valueFormatter: (value: unknown) => `${String(value)}${unit}`,
    },
    legend: { show: props.series.length > 1 || props.kind === "pie", top: 0, left: 0, textStyle: { color: colour.text }, itemWidth: 12, itemHeight: 8 },
  };
  if (props.kind === "pie") {
    const values = props.labels.map((name, index) => ({ name, value: props.series[0]?.values[index] ?? 0 }));
    const label = { position: "inside", formatter: "{d}%", color: colour.surface, fontSize: 11 };
    return { ...common, series: [{ type: "pie", radius: ["38%", "74%"], center: ["50%", "56%"], data: values, label, minShowLabelAngle: 18 }] };
  }
  const axis = { axisLine: { lineStyle: { color: colour.line } }, axisTick: { show: false }, axisLabel: { color: colour.text } };
  const grid = { left: 8, right: 12, top: props.series.length > 1 ? 32 : 12, bottom: 4, containLabel: true };
  if (props.kind === "heat") return { ...common, grid, ...heat(props, axis, colour) };
  return {
    ...common,
    grid,
    xAxis: { type: "category", data: [...props.labels], ...axis },
    yAxis: { type: "value", minInterval: props.unit ? 0 : 1, splitLine: { lineStyle: { color: colour.line } }, axisLabel: { color: colour.text, formatter: `{value}${unit}` } },
    series: props.series.map((each) => ({
      type: props.kind,
      name: each.name,
      data: [...each.values],
      showSymbol: props.labels.length === 1, // a line of one point has no stroke
      connectNulls: false,
      lineStyle: { width: 2 },
      barMaxWidth: 28,
    })),
  };
}

function heat(props: Props, axis: object, colour: Colours): EChartsCoreOption {
  const cells = props.series.flatMap((each, row) => each.values.map((value, column) => [column, row, value ?? "-"]));
  const numbers = props.series.flatMap((each) => each.values.filter((value) => value !== null));
  return {
    xAxis: { type: "category", data: [...props.labels], ...axis },
    yAxis: { type: "category", data: props.series.map((each) => each.name), ...axis },
    visualMap: {
      show: false,
      min: Math.min(...numbers),
      max: Math.max(...numbers),
      inRange: { color: [colour.surface, colour.series[0]] },
    },
    series: [{ type: "heatmap", data: cells }],
  };
}

function table(props: Props): HTMLElement {
  const head = make("tr", {}, make("th"), ...props.labels.map((label) => make("th", { scope: "col" }, label)));
  const rows = props.series.map((each) =>
    make(
      "tr",
      {},
      make("th", { scope: "row" }, each.name),
      ...each.values.map((value) => make("td", { class: "ov-number is-end" }, value === null ? "—" : `${value}${props.unit ?? ""}`)),
    ),
  );
  const body = make("table", { class: "ov-table" }, make("thead", {}, head), make("tbody", {}, ...rows));
  return make(
    "details",
    { class: "ov-chart-table" },
    make("summary", {}, say(props.texts, "as_table")),
    make("div", { class: "ov-table-scroll" }, body),
  );
}
