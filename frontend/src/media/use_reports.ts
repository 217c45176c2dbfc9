import { tell } from "../http.ts";

const EVERY_MS = 4 * 60_000;

/** A playing picture on a visible page is use: the session is told so, before it would end as idle. */
export function startUseReports(url: string | undefined, isPlaying: () => boolean): () => void {
  if (!url) return () => undefined;
  const timer = setInterval(() => {
    if (!document.hidden && isPlaying()) tell(url);
  }, EVERY_MS);
  return () => clearInterval(timer);
}
