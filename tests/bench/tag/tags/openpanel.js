// https://openpanel.dev/docs/sdks/web
import { OpenPanel } from "@openpanel/web";
import { collector } from "./collector.js";

const op = new OpenPanel({
  clientId: "shop",
  apiUrl: collector,
  trackScreenViews: true,
  trackOutgoingLinks: true,
  trackAttributes: true,
});
window.tell = () => op.track("bench");
