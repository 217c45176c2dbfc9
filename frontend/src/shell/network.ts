/** Says so when the network is gone; the words are in the page. */
export function startNetworkNotice(): void {
  const notice = document.querySelector<HTMLElement>("[data-offline-notice]");
  if (!notice) return;
  const show = (): void => {
    notice.hidden = navigator.onLine;
  };
  addEventListener("online", show);
  addEventListener("offline", show);
  show();
}
