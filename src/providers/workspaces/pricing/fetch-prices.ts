/** Takes one region's prices from AWS's public price list: no credentials, and no AWS account is asked. */
import { userError } from "../../../support/user-error.ts";
import type { PriceFile } from "./price-book.ts";
import { readPriceList } from "./price-list.ts";

export const PRICE_INDEX =
  "https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/AmazonWorkSpaces/current/region_index.json";

export interface FetchedPrices {
  readonly file: PriceFile;
  readonly leftOut: readonly string[];
}

export interface PriceQuestion {
  readonly region: string;
  readonly index: string;
  readonly now: Date;
  readonly signal: AbortSignal;
}

export async function fetchPrices({ region, index, now, signal }: PriceQuestion): Promise<FetchedPrices> {
  const regions = await fetchJson(index, signal);
  const path = textAt(regions, ["regions", region, "currentVersionUrl"]);
  if (path === null) {
    const next = "AWS names its regions as eu-central-1; not every region has WorkSpaces";
    throw userError("no-prices", `the price list of WorkSpaces has no region ${region}`, next);
  }
  const address = new URL(path, index).href;
  const list = await fetchJson(address, signal);
  const { rows, leftOut } = readPriceList(list, region, "aws");
  if (rows.length === 0) {
    throw userError(
      "no-prices",
      `${address} has no price of a desktop that Reeve knows`,
      "its form may have changed: report it",
    );
  }
  const day = now.toISOString().slice(0, 10);
  const version = `version ${textAt(list, ["version"]) ?? "?"}, published ${textAt(list, ["publicationDate"]) ?? "?"}`;
  // The list was in force on the day it was fetched, however long ago it was published.
  const source = { what: `AWS's public price list of WorkSpaces, ${version}: ${address}`, date: day, collected: day };
  return { file: { formatVersion: 1, sources: { aws: source }, prices: rows }, leftOut };
}

async function fetchJson(address: string, signal: AbortSignal): Promise<unknown> {
  const next = "look whether this machine may reach it, then try again";
  const answer = await fetch(address, { signal }).catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw userError("no-prices", `${address} does not answer`, next);
  });
  if (!answer.ok) throw userError("no-prices", `${address} answers ${answer.status}`, next);
  return answer.json().catch((cause: unknown) => {
    if (signal.aborted) throw cause;
    throw userError("no-prices", `${address} does not answer with JSON`, next);
  });
}

function textAt(value: unknown, path: readonly string[]): string | null {
  let here = value;
  for (const key of path) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, key)) return null;
    here = (here as Readonly<Record<string, unknown>>)[key];
  }
  return typeof here === "string" ? here : null;
}
