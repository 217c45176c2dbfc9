const WARN_S = 120;
const ASK_AT_MOST_EVERY_S = 300;

/** Warns before the idle logout and offers to stay; asking how long is left never counts as use. */
export function startIdleNotice(): void {
  const notice = document.querySelector<HTMLElement>("[data-idle-notice]");
  const leftUrl = notice?.dataset.left;
  const aliveUrl = notice?.dataset.alive;
  if (!notice || !leftUrl || !aliveUrl) return;
  const soon = notice.querySelector<HTMLElement>("[data-idle-soon]");
  const over = notice.querySelector<HTMLElement>("[data-idle-over]");
  let timer = 0;

  const show = (isOver: boolean): void => {
    if (soon) soon.hidden = isOver;
    if (over) over.hidden = !isOver;
    notice.hidden = false;
  };
  const askAfter = (seconds: number): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), seconds * 1000);
  };
  const ask = async (): Promise<void> => {
    try {
      const answer = await fetch(leftUrl, { headers: { Accept: "application/json", "X-Oversite-Poll": "1" } });
      if (answer.status === 401) {
        show(true);
        return;
      }
      const { seconds } = (await answer.json()) as { seconds: number };
      if (seconds > WARN_S) notice.hidden = true;
      else show(false);
      askAfter(pauseUntilNextQuestion(seconds));
    } catch {
      askAfter(WARN_S / 4);
    }
  };
  notice.querySelector("[data-idle-stay]")?.addEventListener("click", () => {
    const token = document.querySelector<HTMLMetaElement>("meta[name=csrf-token]")?.content ?? "";
    void fetch(aliveUrl, { method: "POST", headers: { "X-CSRFToken": token } }).then(ask, () => undefined);
  });
  void ask();
}

/** How many seconds to wait before asking again: often near the end, seldom before. */
export function pauseUntilNextQuestion(secondsLeft: number): number {
  if (secondsLeft <= WARN_S) return Math.max(5, Math.min(15, secondsLeft));
  return Math.min(ASK_AT_MOST_EVERY_S, secondsLeft - WARN_S);
}
