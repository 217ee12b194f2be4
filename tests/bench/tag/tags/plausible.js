// https://www.npmjs.com/package/@plausible-analytics/tracker
import { init, track } from "@plausible-analytics/tracker";
import { collector } from "./collector.js";

init({ domain: "shop.example", endpoint: `${collector}/api/event`, captureOnLocalhost: true });
window.tell = () => track("bench", {});
