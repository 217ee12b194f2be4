# The demo: the product as it is shipped, and beside it a site that knows only the public tag.
#
# `cargo dev demo` gives the two addresses, the two folders and the environment.

using Workerd = import "/workerd/workerd.capnp";
using Product = import "../edge-worker/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = Product.edge),
    Product.data,
    Product.anywhere,
    (name = "site", worker = .site),
    (name = "files", disk = (writable = false)),
  ],
  sockets = [
    (name = "edge", address = "127.0.0.1:8788", http = (), service = "edge"),
    (name = "site", address = "127.0.0.1:8787", http = (), service = "site"),
  ],
);

const site :Workerd.Worker = (
  compatibilityDate = "2026-04-01",
  modules = [
    (name = "serve.js", esModule = embed "serve.js"),
    (name = "customers.js", esModule = embed "customers.js"),
    (name = "assets/catalogue.js", esModule = embed "assets/catalogue.js"),
  ],
  bindings = [
    (name = "FILES", service = "files"),
    (name = "EDGE", fromEnvironment = "DECLIC_EDGE_ORIGIN"),
    (name = "IDENTITY_SECRET", fromEnvironment = "DECLIC_SHOP_SECRET"),
  ],
);
