import { createHash } from "node:crypto";
import { type Answer, ApiError } from "./answer.ts";
import type { Asked } from "./service.ts";

export interface Rendered {
  readonly status: number;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

interface Frame {
  readonly asked: Asked;
  readonly query: Readonly<Record<string, unknown>>;
  readonly url: string;
}

/** An answer as it goes over the wire: paged, tagged, or nothing but "as you have it". */
export function render(answer: Answer, frame: Frame): Rendered {
  switch (answer.kind) {
    case "empty":
      return {
        status: answer.status,
        text: "",
        headers: answer.location === undefined ? {} : { location: answer.location },
      };
    case "bytes":
      return { status: 200, text: answer.bytes.toString(), headers: { "content-type": answer.type } };
    case "json":
      return tagged(answer.status, answer.json, { frame, headers: {} });
    case "page": {
      const { json, headers } = cutPage(answer, frame);
      return tagged(200, json, { frame, headers });
    }
    default:
      return answer satisfies never;
  }
}

interface Tagging {
  readonly frame: Frame;
  readonly headers: Readonly<Record<string, string>>;
}

function tagged(status: number, json: unknown, { frame, headers }: Tagging): Rendered {
  const text = JSON.stringify(json);
  if (!frame.asked.name.startsWith("GET ")) return { status, text, headers: { ...JSON_TYPE, ...headers } };
  const etag = `W/"${createHash("sha256").update(text).digest("hex")}"`;
  const all = { ...JSON_TYPE, ...headers, etag, "cache-control": "private, max-age=60, s-maxage=60" };
  return frame.asked.etag === etag
    ? { status: 304, text: "", headers: { ...headers, etag } }
    : { status, text, headers: all };
}

const MOST_A_PAGE = 100;

function cutPage(
  answer: Answer & { readonly kind: "page" },
  frame: Frame,
): { json: unknown; headers: Record<string, string> } {
  const { items, present, under } = answer;
  const size = Math.min(MOST_A_PAGE, Number(frame.query["per_page"] ?? 30));
  const at = Math.max(1, Number(frame.query["page"] ?? 1));
  const last = Math.max(1, Math.ceil(items.length / size));
  const shown = items.slice((at - 1) * size, at * size).map((item) => (present as (item: unknown) => unknown)(item));
  const link = linkHeader({ at, last, frame });
  const json = under === undefined ? shown : { total_count: items.length, [under]: shown };
  return { json, headers: link === "" ? {} : { link } };
}

interface Paging {
  readonly at: number;
  readonly last: number;
  readonly frame: Frame;
}

function linkHeader({ at, last, frame }: Paging): string {
  const path = frame.asked.name
    .replace(/^GET /, "")
    .replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(frame.asked.params[name] ?? ""));
  const to = (page: number, rel: string): string => {
    const query = new URLSearchParams({ ...frame.asked.query, page: String(page) });
    return `<${frame.url}${path}?${query.toString()}>; rel="${rel}"`;
  };
  const back = at > 1 ? [to(at - 1, "prev")] : [];
  const on = at < last ? [to(at + 1, "next"), to(last, "last")] : [];
  return [...back, ...on, ...(at > 1 ? [to(1, "first")] : [])].join(", ");
}

/** What GitHub refuses is an answer; anything else is a bug of the stand-in and says so. */
export function renderError(error: unknown): Rendered {
  if (!(error instanceof ApiError)) throw error;
  const { status, message, errors } = error;
  const body = {
    message,
    ...(errors.length === 0 ? {} : { errors }),
    documentation_url: "https://docs.github.com/rest",
    status: String(status),
  };
  return { status, text: JSON.stringify(body), headers: JSON_TYPE };
}
