/** The price files that an estate names, from its repository. */
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { pathTrouble } from "../gpo/published-folder.ts";
import { type OwnPrices, PRICE_BOOK, type PriceFile, parsePriceFile, withOwnPrices } from "./price-book.ts";

/** A region has some thousands of prices. */
const LARGEST_FILE = 16 * 1024 * 1024;

export function readOwnPrices(paths: readonly string[], root: string): OwnPrices {
  const read = paths.map((path) => readPriceFile(root, path));
  return {
    book: withOwnPrices(
      PRICE_BOOK,
      read.filter((one) => typeof one !== "string"),
    ),
    troubles: read.flatMap((one, place) =>
      typeof one === "string" ? [{ place, message: `${paths[place] ?? ""}: ${one}` }] : [],
    ),
  };
}

function readPriceFile(root: string, path: string): PriceFile | string {
  const trouble = pathTrouble(root, path);
  if (trouble !== null) return trouble;
  const found = statSync(join(root, path), { throwIfNoEntry: false });
  if (found === undefined) return "there is no such file";
  if (!found.isFile()) return "it is no file";
  return found.size > LARGEST_FILE
    ? "it is too large for prices"
    : parsePriceFile(readFileSync(join(root, path), "utf8"));
}
