/** A running edge and demo site for the journeys: real workerd, started through the task runner. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

interface Ready {
  site: string;
  edge: string;
  desk_key: string;
  owner_key: string;
  pid: number;
}

export interface Callback {
  phone: string;
  rule: string;
  page: { path: string };
  journey: { pages: { path: string }[]; cart: { total: number }; source: Record<string, string> };
}

export interface Message {
  reply_to: string;
  message: string;
  rule: string;
}

export class Stage {
  private constructor(
    private readonly data: string,
    private runner: ChildProcess,
    private ready: Ready,
  ) {}

  static async start(): Promise<Stage> {
    const data = await mkdtemp(join(tmpdir(), "declic-journey-"));
    const [runner, ready] = await serve(data);
    return new Stage(data, runner, ready);
  }

  get site(): string {
    return this.ready.site;
  }

  get edge(): string {
    return this.ready.edge;
  }

  /** SIGKILL, as a crash would; then the edge starts again on the same data. */
  async killAndRestart(): Promise<void> {
    await this.kill();
    await this.restart();
  }

  /** SIGKILL, as a crash would. */
  async kill(): Promise<void> {
    process.kill(this.ready.pid, "SIGKILL");
    await ended(this.runner);
  }

  /** Starts again on the same data, at another address. */
  async restart(): Promise<void> {
    [this.runner, this.ready] = await serve(this.data);
  }

  async callbacks(): Promise<Callback[]> {
    return this.queue("callbacks");
  }

  async messages(): Promise<Message[]> {
    return this.queue("messages");
  }

  /** What a debug link of the shop carries in `declic_debug`. */
  async debugKey(): Promise<string> {
    const answer = await fetch(`${this.edge}/v1/sites/shop/debug-links`, {
      method: "POST",
      headers: { authorization: `Bearer ${this.ready.owner_key}` },
      body: "{}",
    });
    if (!answer.ok) throw new Error(`the edge answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json()).key;
  }

  /** Asks as the shop's owner. */
  async owner(method: string, path: string, body?: string): Promise<Response> {
    const headers = { authorization: `Bearer ${this.ready.owner_key}` };
    return fetch(`${this.edge}/v1/sites/shop/${path}`, { method, headers, body });
  }

  async stop(): Promise<void> {
    this.runner.stdin?.end();
    await ended(this.runner);
    await rm(this.data, { recursive: true, force: true });
  }

  private async queue(name: string) {
    const answer = await fetch(`${this.edge}/v1/desk/${name}?site=shop`, {
      headers: { authorization: `Bearer ${this.ready.desk_key}` },
    });
    if (!answer.ok) throw new Error(`the desk answers ${answer.status}: ${await answer.text()}`);
    return (await answer.json()).contacts;
  }
}

async function serve(data: string): Promise<[ChildProcess, Ready]> {
  const program = process.env.DECLIC_DEV;
  if (!program) throw new Error("DECLIC_DEV is not set: run the journeys with `cargo dev test journeys`");
  const runner = spawn(program, ["serve", "--data", data], { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: runner.stdout! })) {
    if (line.startsWith("{")) return [runner, JSON.parse(line)];
  }
  throw new Error("the edge did not start: its own message stands above");
}

function ended(process: ChildProcess): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => process.once("exit", () => resolve()));
}
