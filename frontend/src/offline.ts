// The entry of the offline check: everything it shows stands in the page, everything it needs is kept on the device.
import { keptLists, refreshLists } from "./check/lists.ts";
import { check, type Finding } from "./check/verdict.ts";

interface Props {
  trust_url: string;
  revocations_url: string;
  worker_url: string;
  scope: string;
  labels: Record<string, string>;
}

const root = document.querySelector<HTMLElement>("[data-check]");
if (root) void start(root, JSON.parse(root.dataset["props"] ?? "{}") as Props);

async function start(page: HTMLElement, props: Props): Promise<void> {
  const part = (name: string): HTMLElement => {
    const found = page.querySelector<HTMLElement>(`[data-part="${name}"]`);
    if (!found) throw new Error(`the page lacks its part "${name}"`);
    return found;
  };

  const showAge = async (): Promise<void> => {
    const { trusted, revoked } = await keptLists(props.trust_url, props.revocations_url);
    page.dataset["keys"] = String(trusted.length);
    page.dataset["list"] = !revoked ? "none" : Date.now() > revoked.nextMs ? "old" : "fresh";
    part("list-at").textContent = revoked ? localText(revoked.asOfMs) : "–";
    part("list-age").textContent = revoked ? ageText(Date.now() - revoked.asOfMs) : "–";
    part("key-count").textContent = String(trusted.length);
  };

  const refresh = async (): Promise<void> => {
    await refreshLists(props.trust_url, props.revocations_url);
    await showAge();
  };

  const judge = async (text: string): Promise<void> => {
    const { trusted, revoked } = await keptLists(props.trust_url, props.revocations_url);
    show(part("result"), part("facts"), await check(text, trusted, revoked, Date.now()), props.labels);
    await showAge();
  };

  const pictureInput = part("picture") as HTMLInputElement;
  pictureInput.addEventListener("change", () => {
    const file = pictureInput.files?.[0];
    if (file) void judgePicture(file, judge);
    pictureInput.value = "";
  });
  part("paste").addEventListener("submit", (event) => {
    event.preventDefault();
    void judge((part("text") as HTMLTextAreaElement).value);
  });
  startCamera(part("camera-button") as HTMLButtonElement, part("camera") as HTMLVideoElement, judge);
  addEventListener("online", () => void refresh());
  await showAge();
  await refresh();
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker.register(props.worker_url, { scope: props.scope });
    await navigator.serviceWorker.ready;
    page.dataset["installed"] = "yes";
  }
}

async function judgePicture(picture: Blob | ImageData, judge: (text: string) => Promise<void>): Promise<void> {
  const { codesIn } = await import("./check/reader.ts");
  const codes = await codesIn(picture).catch(() => []);
  await judge(codes.find((code) => code.includes("/c/")) ?? codes[0] ?? "");
}

function startCamera(button: HTMLButtonElement, video: HTMLVideoElement, judge: (text: string) => Promise<void>): void {
  const camera: { stream: MediaStream | null } = { stream: null };
  const stop = (): void => {
    for (const track of camera.stream?.getTracks() ?? []) track.stop();
    camera.stream = null;
    video.hidden = true;
  };
  const run = async (): Promise<void> => {
    try {
      const wanted = { facingMode: "environment", width: { ideal: 1920 } };
      camera.stream = await navigator.mediaDevices.getUserMedia({ video: wanted });
    } catch {
      button.disabled = true;
      return;
    }
    video.srcObject = camera.stream;
    video.hidden = false;
    await video.play();
    const code = await lookForCode(video, () => camera.stream !== null);
    stop();
    if (code) await judge(code);
  };
  button.disabled = !navigator.mediaDevices;
  button.addEventListener("click", () => {
    if (camera.stream) stop();
    else void run();
  });
}

async function lookForCode(video: HTMLVideoElement, isWanted: () => boolean): Promise<string> {
  const { codesIn } = await import("./check/reader.ts");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) return "";
  while (isWanted()) {
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    if (canvas.width > 0) {
      context.drawImage(video, 0, 0);
      const [code] = await codesIn(context.getImageData(0, 0, canvas.width, canvas.height));
      if (code) return code;
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return "";
}

function show(result: HTMLElement, facts: HTMLElement, finding: Finding, labels: Record<string, string>): void {
  result.hidden = false;
  result.dataset["verdict"] = finding.verdict;
  for (const each of result.querySelectorAll<HTMLElement>("[data-verdict-text]")) {
    each.hidden = each.dataset["verdictText"] !== finding.verdict;
  }
  facts.replaceChildren();
  for (const [name, value] of Object.entries(finding.facts)) {
    const label = labels[name];
    if (!label) continue;
    const row = document.createElement("div");
    const [term, text] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = label;
    text.textContent = name.endsWith("_at") || name === "valid_until" ? localText(Number(value) * 1000) : String(value);
    text.dataset["fact"] = name;
    row.append(term, text);
    facts.append(row);
  }
  result.scrollIntoView({ block: "start" });
}

function localText(ms: number): string {
  return new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace("T", " ");
}

function ageText(ms: number): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
