import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { packageRoot } from "../../src/support/package-root.ts";

/** A place as the Language Server Protocol counts it: from 0. */
interface ServerPosition {
  readonly line: number;
  readonly character: number;
}

export interface ServerDiagnostic {
  readonly message: string;
  readonly range: { readonly start: ServerPosition };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: {
    readonly uri?: string;
    readonly items?: readonly unknown[];
    readonly diagnostics?: readonly ServerDiagnostic[];
  };
  readonly result?: unknown;
}

/** The YAML language server that editors run, over its standard input and output. */
export class LanguageServer {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<string, (message: Message) => void>();
  #buffer = Buffer.alloc(0);
  #lastId = 0;

  private constructor() {
    const program = join(packageRoot(), "node_modules/yaml-language-server/bin/yaml-language-server");
    this.#process = spawn(process.execPath, [program, "--stdio"], { stdio: ["pipe", "pipe", "inherit"] });
    this.#process.stdout?.on("data", (bytes: Buffer) => this.#receive(bytes));
  }

  static async start(): Promise<LanguageServer> {
    const server = new LanguageServer();
    const textDocument = { hover: { contentFormat: ["plaintext"] }, completion: {} };
    await server.request("initialize", { processId: process.pid, rootUri: null, capabilities: { textDocument } });
    server.#send({ method: "initialized", params: {} });
    return server;
  }

  /** Opens a document and gives what the server finds wrong with it. */
  async open(uri: string, text: string): Promise<readonly ServerDiagnostic[]> {
    const published = this.#await(`diagnostics ${uri}`);
    this.#send({
      method: "textDocument/didOpen",
      params: { textDocument: { uri, languageId: "yaml", version: 1, text } },
    });
    return (await published).params?.diagnostics ?? [];
  }

  async request(method: string, params: unknown): Promise<unknown> {
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = this.#await(`answer ${id}`);
    this.#send({ id, method, params });
    return (await answered).result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exited = once(this.#process, "exit");
    this.#process.kill();
    await exited;
  }

  #await(name: string): Promise<Message> {
    const { promise, resolve } = Promise.withResolvers<Message>();
    this.#waiting.set(name, resolve);
    return promise;
  }

  #send(message: object): void {
    const text = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #receive(bytes: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, bytes]);
    for (;;) {
      const end = this.#buffer.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/.exec(this.#buffer.toString("latin1", 0, Math.max(end, 0)))?.[1]);
      if (end < 0 || this.#buffer.length < end + 4 + length) return;
      const text = this.#buffer.toString("utf8", end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#handle(JSON.parse(text) as Message);
    }
  }

  #handle(message: Message): void {
    if (message.method === "textDocument/publishDiagnostics")
      return this.#settle(`diagnostics ${message.params?.uri}`, message);
    if (message.method === undefined) return this.#settle(`answer ${message.id}`, message);
    if (message.id === undefined) return;
    const settings = { schemaStore: { enable: false }, validate: true, hover: true, completion: true };
    const result =
      message.method === "workspace/configuration"
        ? (message.params?.items ?? []).map((_, at) => (at === 0 ? settings : null))
        : null;
    this.#send({ id: message.id, result });
  }

  #settle(name: string, message: Message): void {
    this.#waiting.get(name)?.(message);
    this.#waiting.delete(name);
  }
}
