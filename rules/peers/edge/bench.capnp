# workerd with the timed work alone. `cargo dev bench rules` lays this file, the script and the module together.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "bench", worker = .bench)],
  sockets = [(name = "bench", address = "127.0.0.1:0", http = (), service = "bench")],
);

const bench :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [
    (name = "bench.js", esModule = embed "bench.js"),
    (name = "./bench.wasm", wasm = embed "bench.wasm"),
  ],
);
