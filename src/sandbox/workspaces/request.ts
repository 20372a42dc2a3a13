import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";

/** What an AWS request asks for, read from its headers. */
export interface Target {
  readonly service: "workspaces" | "tagging" | "sts" | "monitoring";
  /** How it is asked, and to be answered. */
  readonly protocol: "json" | "query";
  readonly operation: string;
  readonly region: string;
  readonly accessKeyId: string;
}

const JSON_SERVICES: Readonly<Record<string, Target["service"]>> = {
  WorkspacesService: "workspaces",
  ResourceGroupsTaggingAPI_20170126: "tagging",
  GraniteServiceVersion20100801: "monitoring",
};

/** AWS JSON by X-Amz-Target, the rest by its form; the region and the key are those of the signature's scope. */
export function readTarget(message: IncomingMessage, body: string): Target {
  const { name, ...signed } = readSignature(message.headers.authorization);
  const [prefix = "", operation = ""] = String(message.headers["x-amz-target"] ?? "").split(".");
  const service = JSON_SERVICES[prefix];
  if (service !== undefined) return { service, operation, protocol: "json", ...signed };
  const isForm = message.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  if (isForm) {
    const action = new URLSearchParams(body).get("Action") ?? "";
    return { service: name === "monitoring" ? name : "sts", operation: action, protocol: "query", ...signed };
  }
  throw new ApiError("UnknownOperationException", "The request names no operation.");
}

/** Signatures are not verified; that there is one is. */
function readSignature(
  authorization: string | undefined,
): Pick<Target, "region" | "accessKeyId"> & { readonly name: string } {
  if (authorization === undefined) {
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  }
  const scope = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/([a-z0-9-]+)\/([a-z]+)\/aws4_request/.exec(authorization);
  const [, accessKeyId, region, name = ""] = scope ?? [];
  if (accessKeyId !== undefined && region !== undefined) return { accessKeyId, region, name };
  throw new ApiError("IncompleteSignatureException", "The Authorization header is no Signature Version 4.", 403);
}

const MOST_BYTES = 4 * 1024 * 1024;

export async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MOST_BYTES) throw new ApiError("RequestEntityTooLargeException", "The request is too large.", 413);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
