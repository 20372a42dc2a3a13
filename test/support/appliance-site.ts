/** A site server that listens, documents with one appliance in them, and folders for appliances. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { ApplianceSiteSpec } from "../../src/generated/documents.ts";
import type { ProvisionCode } from "../../src/protocol/codes.ts";
import type { OperatorAppliance, SitesAnswer } from "../../src/protocol/operator.ts";
import {
  applianceOf,
  type Bench,
  commitOf,
  openBench,
  provisioningOf,
  randomCode,
  SITE,
  siteOf,
} from "./site-server.ts";

export interface Site {
  readonly bench: Bench;
  /** Of the real server. */
  readonly url: string;
  readonly code: ProvisionCode;
  /** Puts other documents in force. */
  commit(over: Partial<ApplianceSiteSpec>, name: string): void;
  appliance(): Promise<OperatorAppliance>;
  close(): Promise<void>;
}

export async function openSite(over: Partial<ApplianceSiteSpec> = {}): Promise<Site> {
  const code = randomCode();
  const bench = await openBench(null);
  bench.now = new Date();
  const url = await bench.server.app.listen({ host: "127.0.0.1", port: 0 });
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const site = (more: Partial<ApplianceSiteSpec>): ApplianceSiteSpec =>
    siteOf({
      apiEndpoint: url,
      appliances: [applianceOf({ provisioning: provisioningOf(code, { expiresAt }) })],
      ...over,
      ...more,
    });
  bench.desired = commitOf({ [SITE]: site({}) });
  return {
    bench,
    url,
    code,
    commit: (more, name) => {
      bench.desired = commitOf({ [SITE]: site(more) }, name);
    },
    appliance: async () => {
      const { sites } = (await bench.operate("GET", "/api/operator/sites")).json<SitesAnswer>();
      const found = sites[0]?.appliances[0];
      if (found === undefined) throw new Error("no appliance");
      return found;
    },
    close: () => bench.server.close(),
  };
}

/** Gone when the test is over. */
export function freshFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "reeve-appliance-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** What stands between an appliance and its server. */
export type Between = (
  request: IncomingMessage,
  response: ServerResponse,
  pass: () => Promise<Response>,
) => Promise<void>;

/** A proxy in front of `url`: `between` says what becomes of each request. */
export async function openProxy(
  url: string,
  between: Between,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    void readAll(request).then((body) => between(request, response, () => passOn(url, request, body)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

function passOn(
  url: string,
  { method = "GET", url: path = "/", headers }: IncomingMessage,
  body: Buffer,
): Promise<Response> {
  const own = Object.entries(headers).filter(
    ([name]) => !["host", "connection", "content-length", "accept-encoding"].includes(name),
  );
  return fetch(`${url}${path}`, {
    method,
    headers: Object.fromEntries(own) as Record<string, string>,
    ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
  });
}

/** Hands the server's answer on as it is. */
export async function handOn(response: ServerResponse, answer: Response): Promise<void> {
  const text = await answer.text();
  const kept = [...answer.headers].filter(
    ([name]) => !["connection", "keep-alive", "transfer-encoding", "content-length"].includes(name),
  );
  response
    .writeHead(answer.status, Object.fromEntries(kept))
    .end(answer.status === 304 || answer.status === 204 ? undefined : text);
}
