// Long work: the rows of the page follow what the worker reports; a row that ends loads the page again for its result.
import { make } from "../dom.ts";

interface Report {
  readonly kind: string;
  readonly subject_id?: string;
  readonly data?: {
    readonly state?: string;
    readonly done?: number;
    readonly total?: number | null;
    readonly doing?: string;
    readonly left_s?: number | null;
  };
}

const RUNNING = new Set(["waiting", "running"]);

export function mount(): () => void {
  document.addEventListener("oversite:event", follow);
  return () => document.removeEventListener("oversite:event", follow);
}

function follow(event: Event): void {
  const report = (event as CustomEvent<Report>).detail;
  if (report.kind === "jobs.progress") show(report);
}

function show(report: Report): void {
  const row = document.querySelector<HTMLElement>(`[data-job="${CSS.escape(report.subject_id ?? "")}"]`);
  const data = report.data;
  if (!row || !data) return;
  if (row.dataset.state !== data.state || !RUNNING.has(data.state ?? "")) {
    location.reload();
    return;
  }
  const bar = row.querySelector("progress");
  if (bar && data.total) {
    bar.max = data.total;
    bar.value = data.done ?? 0;
  }
  const words = row.querySelector<HTMLElement>("[data-job-words]");
  const count = data.total ? `${String(data.done ?? 0)} / ${String(data.total)}` : String(data.done ?? 0);
  words?.replaceChildren(
    make("span", { class: "ov-number" }, count),
    ...[data.doing, clockText(data.left_s)].filter((text) => text).map((text) => make("span", {}, ` · ${text ?? ""}`)),
  );
}

/** Seconds as `≈ 3:12` or `≈ 1:03:12`. */
function clockText(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return "";
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return `≈ ${shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":")}`;
}
