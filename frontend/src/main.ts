// The one entry of every page: styles, HTMX, the frame, and islands loaded when a page holds one.
import "@tabler/core/dist/css/tabler.min.css";
import "./styles/tokens.css";
import "./styles/frame.css";
import "./styles/parts.css";
import "./styles/list.css";
import "./styles/form.css";
import "./styles/desk.css";
import "./styles/sitting.css";
import "./styles/placement.css";
import "./styles/phone.css";
import "./styles/check.css";
import htmx from "htmx.org";
import { startClock } from "./shell/clock.ts";
import { startDialogs } from "./shell/dialogs.ts";
import { startDisclosures } from "./shell/disclosures.ts";
import { startForms } from "./shell/forms.ts";
import { startIdleNotice } from "./shell/idle.ts";
import { mountIslands, unmountIslands } from "./shell/islands.ts";
import { startLists } from "./shell/lists.ts";
import { startNavigation } from "./shell/navigation.ts";
import { startNetworkNotice } from "./shell/network.ts";
import { startNotices } from "./shell/notices.ts";
import { startShortcuts } from "./shell/shortcuts.ts";
import { startSitting } from "./shell/sitting.ts";
import { startTheme } from "./shell/theme.ts";

startTheme();
startNavigation();
startDisclosures();
startDialogs();
startShortcuts();
startForms();
startLists();
startNetworkNotice();
startNotices();
startIdleNotice();
startClock();
startSitting();
mountIslands(document);

htmx.on("htmx:before:cleanup", (event: Event) => {
  if (event.target instanceof Element) unmountIslands(event.target);
});
htmx.on("htmx:after:settle", () => mountIslands(document));
