import { MASTERS } from "../../../src/sandbox/kubernetes/access.ts";
import type { Answer } from "../../../src/sandbox/kubernetes/api-request.ts";
import { createEngine } from "../../../src/sandbox/kubernetes/engine.ts";
import { INSTALLED } from "../../../src/sandbox/kubernetes/installed.ts";
import type { JsonObject } from "../../../src/sandbox/kubernetes/schema.ts";
import { emptyWorld, type World } from "../../../src/sandbox/kubernetes/world.ts";

export interface Direct {
  readonly world: World;
  send(
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): { readonly status: number; readonly body: JsonObject };
}

const USER = { name: "tester", groups: [MASTERS] };
export const APPLY = "application/apply-patch+yaml";
export const MERGE = "application/merge-patch+json";

/** The stand-in without its wire: thousands of requests in a second. Has a namespace `n`. */
export function directly(hasControllers = false): Direct {
  const world = emptyWorld();
  const engine = createEngine({ world, installed: INSTALLED, hasControllers, address: () => "here" });
  const send: Direct["send"] = (method, path, body, type = "application/json") => {
    const url = new URL(path, "https://localhost");
    const headers = { "content-type": type, "user-agent": "tester/1", accept: "application/json" };
    const text = body === undefined ? "" : JSON.stringify(body);
    const request = { method, path: url.pathname, query: url.searchParams, headers, user: USER, body: text };
    const answer: Answer = engine.answer(request, new Date("2026-01-01T00:00:00Z"));
    return { status: answer.status, body: answer.body as JsonObject };
  };
  send("POST", "/api/v1/namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: "n" } });
  return { world, send };
}
