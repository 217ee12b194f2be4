// What a tag with a module and answers to read cannot do without, and nothing else: an empty module and two posts.
import { collector } from "./collector.js";

new WebAssembly.Instance(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));

const post = async () => {
  const answer = await fetch(`${collector}/bare`, { method: "POST", body: new Uint8Array(200), keepalive: true });
  return answer.arrayBuffer();
};
window.tell = post;
post();
