// PUT / takes the rules and the facts, with a zero byte between; POST /?passes=N decides N times on all visitors.
// Nothing here reads a clock: workerd's stands still during a request, so whoever asks measures.
import module from "./bench.wasm";

const { exports: wasm } = new WebAssembly.Instance(module);

const take = (bytes) => {
  // First the address: making room may move the memory.
  const at = wasm.take(bytes.length);
  new Uint8Array(wasm.memory.buffer).set(bytes, at);
};

export default {
  async fetch(request) {
    if (request.method === "PUT") {
      const bytes = new Uint8Array(await request.arrayBuffer());
      const end = bytes.indexOf(0);
      take(bytes.subarray(0, end));
      take(bytes.subarray(end + 1));
      return new Response(String(wasm.load()));
    }
    const passes = Number(new URL(request.url).searchParams.get("passes"));
    return new Response(String(wasm.pass(passes)));
  },
};
