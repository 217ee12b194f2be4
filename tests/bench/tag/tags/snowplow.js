// https://docs.snowplow.io/docs/sources/web-trackers/quick-start-guide/
import { newTracker, trackPageView, trackStructEvent } from "@snowplow/browser-tracker";
import { collector } from "./collector.js";

newTracker("sp", collector, { appId: "shop" });
trackPageView();
window.tell = () => trackStructEvent({ category: "bench", action: "bench" });
