/** Reads a Chromium trace: how long the page's main thread ran script, in all and in the task with most of it. */

/** Whatever runs a page's JavaScript or WebAssembly, or compiles it, on the main thread. */
const SCRIPT = new Set([
  // What follows a promise, such as an answer that has come.
  "BlinkScheduler_PerformMicrotaskCheckpoint",
  "EvaluateScript",
  "EventDispatch",
  "FireAnimationFrame",
  "FireIdleCallback",
  "FunctionCall",
  "RunMicrotasks",
  "TimerFire",
  "XHRLoad",
  "XHRReadyStateChange",
  "V8.CompileStreamedModule",
  "V8.CompileStreamedScript",
  "v8.callFunction",
  "v8.compile",
  "v8.compileModule",
  "v8.evaluateModule",
  "v8.run",
]);

/** Milliseconds of the main thread's own time, so that what else runs on the machine counts less. */
export function costs(events, url) {
  const thread = mainThread(events, url);
  const own = events.filter((event) => event.ph === "X" && event.pid === thread.pid && event.tid === thread.tid);
  const scripts = outermost(own.filter((event) => SCRIPT.has(event.name)));
  const tasks = outermost(own.filter((event) => event.name.endsWith("RunTask")));
  const of = (task) => sum(scripts.filter((script) => within(script, task)));
  return { script: sum(scripts), longest: Math.max(0, ...tasks.map(of)) };
}

function mainThread(events, url) {
  const begun = events.find((event) => event.name === "ParseHTML" && event.args?.beginData?.url === url);
  if (!begun) throw new Error(`the trace does not show ${url}`);
  return begun;
}

const sum = (events) => events.reduce((sum, event) => sum + spent(event), 0);
const spent = (event) => (event.tdur ?? event.dur ?? 0) / 1000;
const within = (inner, outer) => inner.ts >= outer.ts && inner.ts <= outer.ts + outer.dur;

/** The events that lie in no other: a function called by a timer is counted once. */
function outermost(events) {
  const sorted = events.toSorted((left, right) => left.ts - right.ts || right.dur - left.dur);
  let end = -Infinity;
  return sorted.filter((event) => {
    if (event.ts < end) return false;
    end = event.ts + event.dur;
    return true;
  });
}
