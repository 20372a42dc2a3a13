import type { IncomingHttpHeaders } from "node:http";
import type { User } from "./access.ts";
import { unsupportedType } from "./status.ts";
import type { Watch } from "./watch.ts";

/** A request as it came, with who made it. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly user: User;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, unless it is a string. */
  readonly body: unknown;
  /** Events in the body's place. */
  readonly watch?: Watch;
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "application/json", ...headers }, body };
}

export function plainText(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "Content-Type": "text/plain; charset=utf-8", ...headers }, body };
}

const WARNING_CODE = 299;

/** Warnings as one header: what a client prints beside a success. */
export function warningHeaders(warnings: readonly string[]): Readonly<Record<string, string>> {
  if (warnings.length === 0) return {};
  const said = warnings.map((warning) => `${WARNING_CODE} - ${JSON.stringify(warning)}`);
  return { Warning: said.join(", ") };
}

export function mediaType(headers: IncomingHttpHeaders): string {
  return (headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
}

/** Protobuf and CBOR, which some clients prefer, are not spoken here. */
export function checkReadable(headers: IncomingHttpHeaders): void {
  const type = mediaType(headers);
  if (!type.includes("protobuf") && !type.includes("cbor")) return;
  const known = "application/json, application/yaml";
  throw unsupportedType(`the body of the request was in an unknown format - accepted media types include: ${known}`);
}

export type Verb = "get" | "list" | "watch" | "create" | "update" | "apply" | "patch" | "delete" | "deletecollection";

/** The verb that access rules and the log know a request by. */
export function verbOf(request: Pick<ApiRequest, "method" | "query" | "headers">, name: string): Verb {
  const { method, query, headers } = request;
  const isWatch = query.get("watch") === "1" || query.get("watch") === "true";
  switch (method) {
    case "GET":
      if (isWatch) return "watch";
      return name === "" ? "list" : "get";
    case "POST":
      return "create";
    case "PUT":
      return "update";
    case "PATCH":
      return mediaType(headers) === "application/apply-patch+yaml" ? "apply" : "patch";
    default:
      return name === "" ? "deletecollection" : "delete";
  }
}
