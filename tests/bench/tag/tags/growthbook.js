// https://docs.growthbook.io/lib/js, with the two plugins that read the page and send events.
import { GrowthBook } from "@growthbook/growthbook";
import { autoAttributesPlugin, growthbookTrackingPlugin } from "@growthbook/growthbook/plugins";
import { collector } from "./collector.js";

const growthbook = new GrowthBook({
  apiHost: collector,
  clientKey: "sdk-shop",
  plugins: [autoAttributesPlugin(), growthbookTrackingPlugin({ ingestorHost: collector })],
});
growthbook.init({ timeout: 2000 }).then(() => {
  growthbook.isOn("banner");
  growthbook.logEvent("page_view");
});
window.tell = () => growthbook.logEvent("bench");
