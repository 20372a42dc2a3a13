import { mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fetchPrices, PRICE_INDEX } from "../providers/workspaces/pricing/fetch-prices.ts";
import { renderJson } from "../render/json.ts";
import { plural } from "../render/words.ts";
import { replaceFile } from "../support/replace-file.ts";
import { userError } from "../support/user-error.ts";
import type { Arguments, Command } from "./command.ts";

export const command: Command = {
  name: "prices",
  summary: "write a region's desktop prices from AWS's public price list",
  operands: "REGION",
  maxOperands: 1,
  formats: ["text"],
  flags: {
    out: { type: "string", value: "FILE", help: "the file to write (default prices/REGION.json)" },
    from: { type: "string", value: "URL", help: "another index of regions than AWS's own, for a mirror" },
  },
  details: [
    "Asks no AWS account and needs no credentials. Name the file in spec.providers.workspaces.prices of reeve.yaml: plans and",
    "budgets then take that region's prices from it. Every price keeps its SKU, the list's version and the day.",
  ].join("\n"),
  example: "reeve prices eu-central-1",
  run: async (args, io) => {
    const region = regionOf(args);
    const path = args.text("out") ?? `prices/${region}.json`;
    const index = args.text("from") ?? PRICE_INDEX;
    const { file, leftOut } = await fetchPrices({ region, index, now: io.clock.now(), signal: io.signal });
    mkdirSync(dirname(resolve(path)), { recursive: true });
    replaceFile(resolve(path), renderJson(file), 0o644);
    for (const one of leftOut) io.err(`note: left out, as Reeve has no word for it: ${one}\n`);
    io.out(`${path}: ${plural(file.prices.length, "price")} of ${region}\n`);
    io.out(`Next: name it in spec.providers.workspaces.prices of reeve.yaml, and commit both\n`);
    return 0;
  },
};

function regionOf(args: Arguments): string {
  const [region] = args.operands;
  if (region !== undefined && /^[a-z]{2}(-[a-z]+)+-\d{1,2}$/.test(region)) return region;
  const message = region === undefined ? "which region?" : `${region} is no region`;
  throw userError("missing-operand", message, "write it as AWS does: reeve prices eu-central-1");
}
