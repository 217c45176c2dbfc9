/** Why a request was not granted, in the server's words. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly stage: string;
  readonly reason: string;
  readonly advice: string;
  readonly clause: string;
  readonly since_ms: number | null;

  constructor(status: number, body: Readonly<Record<string, unknown>>) {
    super(text(body.message));
    this.status = status;
    this.code = text(body.code);
    this.stage = text(body.stage);
    this.reason = text(body.cause);
    this.advice = text(body.advice);
    this.clause = text(body.clause);
    this.since_ms = typeof body.since_ms === "number" ? body.since_ms : null;
  }
}

/** An address with its `{name}` places filled. */
export function fill(url: string, values: Readonly<Record<string, string | number>>): string {
  return url.replaceAll(/\{(\w+)\}/g, (place, name: string) =>
    name in values ? encodeURIComponent(String(values[name])) : place,
  );
}

/** An address with more parameters. */
export function withParams(url: string, params: Readonly<Record<string, string | number>>): string {
  const full = new URL(url, location.href);
  for (const [name, value] of Object.entries(params)) full.searchParams.set(name, String(value));
  return full.href;
}

/** Raises `Problem` when the server refuses, and `TypeError` when it cannot be reached. */
export async function getJson<Answer>(url: string, signal?: AbortSignal): Promise<Answer> {
  return await answerOf<Answer>(await fetch(url, { headers: { Accept: "application/json" }, signal: signal ?? null }));
}

/** Like `getJson`; the CSRF token is the page's. */
export async function postJson<Answer>(url: string, body: unknown, signal?: AbortSignal): Promise<Answer> {
  return await answerOf<Answer>(await post(url, body, signal));
}

/** An answer that is not JSON, such as a picture. */
export async function post(url: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return await fetch(url, {
    method: "POST",
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
    body: JSON.stringify(body),
    signal: signal ?? null,
  });
}

/** Sends a form with files; raises as `postJson` does. */
export async function postForm<Answer>(url: string, form: FormData, signal?: AbortSignal): Promise<Answer> {
  const headers = { Accept: "application/json", "X-CSRFToken": csrfToken() };
  return await answerOf<Answer>(await fetch(url, { method: "POST", headers, body: form, signal: signal ?? null }));
}

/** Tells the server something while the page goes away; nobody waits for the answer. */
export function tell(url: string): void {
  void fetch(url, { method: "POST", keepalive: true, headers: { "X-CSRFToken": csrfToken() } }).catch(() => undefined);
}

export async function answerOf<Answer>(response: Response): Promise<Answer> {
  if (response.ok) return (response.status === 204 ? null : await response.json()) as Answer;
  let body: Record<string, unknown> = {};
  try {
    body = (await response.json()) as Record<string, unknown>;
  } catch {
    // an answer of a proxy: there are no words but the status
  }
  throw new Problem(response.status, body);
}

function csrfToken(): string {
  return document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
