// One connection for the events of all pages of this browser.
/// <reference lib="webworker" />

const ports = new Set<MessagePort>();
let source: EventSource | null = null;

function tellAll(message: unknown): void {
  for (const port of ports) port.postMessage(message);
}

function listen(url: string): void {
  if (source && source.readyState !== EventSource.CLOSED) return;
  source = new EventSource(url);
  source.addEventListener("message", (event: MessageEvent<string>) => tellAll({ type: "event", data: event.data }));
  source.addEventListener("open", () => tellAll({ type: "open" }));
  source.addEventListener("error", () => tellAll({ type: source?.readyState === EventSource.CLOSED ? "closed" : "interrupted" }));
}

globalThis.addEventListener("connect", (event) => {
  const [port] = (event as unknown as MessageEvent).ports;
  if (!port) return;
  ports.add(port);
  port.addEventListener("message", (message: MessageEvent<{ type: string; url?: string }>) => {
    if (message.data.type === "listen" && message.data.url) listen(message.data.url);
    if (message.data.type === "leave") ports.delete(port);
    if (ports.size === 0) source?.close();
  });
  port.start();
});
