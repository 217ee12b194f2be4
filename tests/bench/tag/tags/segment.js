// https://github.com/segmentio/analytics-next; the settings it loads first are in ../server.js.
import { AnalyticsBrowser } from "@segment/analytics-next";
import { collector } from "./collector.js";

const { host } = new URL(collector);
const analytics = AnalyticsBrowser.load(
  { writeKey: "shop", cdnURL: collector },
  { integrations: { "Segment.io": { apiHost: `${host}/v1`, protocol: "http" } } },
);
analytics.page();
window.tell = () => analytics.track("bench");
