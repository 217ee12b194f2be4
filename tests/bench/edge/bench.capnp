# One workerd with the product and the bare worker side by side, for `cargo dev bench edge`.
#
# `bare.js` and `bare.wasm` are what worker-build makes of this folder.

using Workerd = import "/workerd/workerd.capnp";
using Product = import "../../../edge-worker/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = Product.edge),
    Product.data,
    Product.anywhere,
    (name = "site", worker = .bare),
  ],
  sockets = [
    (name = "edge", address = "127.0.0.1:8788", http = (), service = "edge"),
    # Where the demo has its site.
    (name = "site", address = "127.0.0.1:8787", http = (), service = "site"),
  ],
);

const bare :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [
    (name = "index.js", esModule = embed "build/index.js"),
    (name = "./index_bg.wasm", wasm = embed "build/index_bg.wasm"),
  ],
  bindings = [(name = "BARE", durableObjectNamespace = "Bare")],
  durableObjectNamespaces = [(className = "Bare", uniqueKey = "declic-bench-bare", enableSql = true)],
  durableObjectStorage = (localDisk = "data"),
);
