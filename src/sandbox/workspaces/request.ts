import type { IncomingMessage } from "node:http";
import { ApiError } from "./api-error.ts";

/** What an AWS request asks for, read from its headers. */
export interface Target {
  readonly service: "workspaces" | "tagging" | "sts";
  readonly operation: string;
  readonly region: string;
}

const JSON_SERVICES: Readonly<Record<string, Target["service"]>> = {
  WorkspacesService: "workspaces",
  ResourceGroupsTaggingAPI_20170126: "tagging",
};

/** AWS JSON 1.1 by X-Amz-Target, STS by its form; the region is that of the signature's scope. */
export function readTarget(message: IncomingMessage, body: string): Target {
  const region = signedRegion(message.headers.authorization);
  const [prefix = "", operation = ""] = String(message.headers["x-amz-target"] ?? "").split(".");
  const service = JSON_SERVICES[prefix];
  if (service !== undefined) return { service, operation, region };
  const isForm = message.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  if (isForm) return { service: "sts", operation: new URLSearchParams(body).get("Action") ?? "", region };
  throw new ApiError("UnknownOperationException", "The request names no operation.");
}

/** Signatures are not verified; that there is one is. */
function signedRegion(authorization: string | undefined): string {
  if (authorization === undefined) {
    throw new ApiError("MissingAuthenticationTokenException", "Missing Authentication Token", 403);
  }
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([a-z0-9-]+)\/[a-z]+\/aws4_request/.exec(authorization);
  const region = scope?.[1];
  if (region !== undefined) return region;
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
