# The product alone, for workerd: `cargo dev package` compiles this file into one executable.
#
# At start it takes (all flags of workerd, and so of the executable):
#   --socket-addr edge=HOST:PORT     where to listen (default: every interface, port 8788)
#   --directory-path data=FOLDER     where the Durable Objects' SQLite files live; must exist, no default
# and, from the environment, what is bound below. Without the three keys the worker refuses what they guard; the rest
# has defaults.

using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [
    (name = "edge", worker = .edge),
    .data,
    .anywhere,
  ],
  sockets = [
    (name = "edge", address = "*:8788", http = (), service = "edge"),
  ],
);

const data :Workerd.Service = (name = "data", disk = (writable = true));

# Everything else the worker asks goes through the network that workerd gives it, which connects to public addresses only,
# whatever name stood for them.
const anywhere :Workerd.Service = (
  name = "anywhere",
  network = (allow = ["public", "private"], tlsOptions = (trustBrowserCas = true)),
);

const edge :Workerd.Worker = (
  # The same date stands in wrangler.toml.
  compatibilityDate = "2026-04-01",

  modules = [
    (name = "index.js", esModule = embed "build/index.js"),
    (name = "./index_bg.wasm", wasm = embed "build/index_bg.wasm"),
  ],

  bindings = [
    (name = "DECLIC_SECRET", fromEnvironment = "DECLIC_SECRET"),
    (name = "DECLIC_OWNER_KEY", fromEnvironment = "DECLIC_OWNER_KEY"),
    (name = "DECLIC_DESK_KEY", fromEnvironment = "DECLIC_DESK_KEY"),
    (name = "DECLIC_LIMITS", fromEnvironment = "DECLIC_LIMITS"),
    (name = "DECLIC_WEBHOOKS", fromEnvironment = "DECLIC_WEBHOOKS"),
    (name = "DECLIC_COUNTS_MS", fromEnvironment = "DECLIC_COUNTS_MS"),
    (name = "DECLIC_LOG", fromEnvironment = "DECLIC_LOG"),
    # For rehearsals: moves the edge's clock ahead. Never set in a deployment that serves visitors.
    (name = "DECLIC_CLOCK_AHEAD_MS", fromEnvironment = "DECLIC_CLOCK_AHEAD_MS"),
    # The databases are files of this machine: what is erased is scrubbed out of their free pages, too.
    (name = "DECLIC_SCRUB", text = "on"),
    (name = "DECLIC_ADDRESS_HEADER", fromEnvironment = "DECLIC_ADDRESS_HEADER"),
    (name = "VISITORS", durableObjectNamespace = "Visitors"),
    (name = "DIRECTORY", durableObjectNamespace = "Directory"),
    (name = "SITE", durableObjectNamespace = "Site"),
    (name = "DESK", durableObjectNamespace = "Desk"),
    (name = "GAUGE", durableObjectNamespace = "Gauge"),
    (name = "OUTBOX", durableObjectNamespace = "Outbox"),
    (name = "TALLY", durableObjectNamespace = "Tally"),
    # Webhooks go through it only where DECLIC_WEBHOOKS says `private=allow`.
    (name = "ANYWHERE", service = "anywhere"),
  ],

  # The unique keys name the folders on disk: changing one orphans its data.
  durableObjectNamespaces = [
    (className = "Visitors", uniqueKey = "declic-visitors", enableSql = true),
    (className = "Directory", uniqueKey = "declic-directory", enableSql = true),
    (className = "Site", uniqueKey = "declic-site", enableSql = true),
    (className = "Desk", uniqueKey = "declic-desk", enableSql = true),
    (className = "Gauge", uniqueKey = "declic-gauge", enableSql = true),
    (className = "Outbox", uniqueKey = "declic-outbox", enableSql = true),
    (className = "Tally", uniqueKey = "declic-tally", enableSql = true),
  ],
  durableObjectStorage = (localDisk = "data"),
);
