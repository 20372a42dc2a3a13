/** AWS's public price list of WorkSpaces, as rows of a price book. Pure. */
import { parseUsd } from "../../../support/money.ts";
import type { Meter, PriceRow, VolumePair } from "./price-book.ts";

/** What could be read of one region's list. */
export interface PriceListReading {
  /** Sorted by what they are for. */
  readonly rows: readonly PriceRow[];
  /** Desktops that Reeve has no word for, or that the list prices twice: told apart, and left out. */
  readonly leftOut: readonly string[];
}

/** Names of the list, and Reeve's. A family's other pairs of volumes have a number: `Power-1`. */
const COMPUTE: Readonly<Record<string, string>> = {
  Value: "value",
  Standard: "standard",
  Performance: "performance",
  Power: "power",
  PowerPro: "powerpro",
  "GeneralPurpose.4xlarge": "generalpurpose-4xlarge",
  "GeneralPurpose.8xlarge": "generalpurpose-8xlarge",
  "Graphics.g4dn": "graphics-g4dn",
  "GraphicsPro.g4dn": "graphicspro-g4dn",
};

/** By `operatingSystem/license` of the list. Windows of one's own is sold as the bare machine, under either system. */
const SYSTEMS: Readonly<Record<string, readonly [system: string, license: string]>> = {
  "Windows/Included": ["windows", "included"],
  "Windows/Bring Your Own License": ["windows", "byol"],
  "Any/Bring Your Own License": ["windows", "byol"],
  "Ubuntu/None": ["ubuntu", "included"],
  "Ubuntu Linux/None": ["ubuntu", "included"],
  "Red Hat Enterprise Linux/Included": ["rhel", "included"],
  "RHEL/Included": ["rhel", "included"],
  "Rocky Linux/Included": ["rocky", "included"],
  "Rocky/Included": ["rocky", "included"],
};

/** WorkSpaces Core sells the same names at other prices. */
const PERSONAL = "Enterprise Applications";

export function readPriceList(list: unknown, region: string, source: string): PriceListReading {
  const products = Object.entries(recordOf(recordOf(list)["products"]));
  const terms = recordOf(recordOf(recordOf(list)["terms"])["OnDemand"]);
  const leftOut = new Set<string>();
  const found = new Map<string, PriceRow | null>();
  for (const [sku, product] of products) {
    const attributes = textsOf(recordOf(product)["attributes"]);
    const price = priceOf(terms[sku]);
    const meter = meterOf(attributes, price?.unit ?? "");
    if (textOf(recordOf(product)["productFamily"]) !== PERSONAL || price === null || meter === null) continue;
    const shape = shapeOf(attributes, meter);
    if (shape === null) {
      const { bundle = "?", operatingSystem = "?", license = "?" } = attributes;
      leftOut.add(`${bundle}, ${operatingSystem}, licence ${license}`);
      continue;
    }
    const row = { region, ...shape, meter, microUsd: price.microUsd, sku, source, confidence: "high" };
    const key = keyOf(row);
    const other = found.get(key);
    // Of two prices for the same thing nobody can say which is charged.
    found.set(key, other === undefined || other?.microUsd === row.microUsd ? row : null);
  }
  for (const [key, row] of found) if (row === null) leftOut.add(`${key}: two prices`);
  const rows = [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, row]) => row ?? []);
  return { rows, leftOut: [...leftOut].toSorted() };
}

interface Price {
  readonly unit: string;
  readonly microUsd: number;
}

/** Terms by sku, each with one dimension; free ones (software that comes along) and missing ones are no price. */
function priceOf(term: unknown): Price | null {
  const dimensions = Object.values(recordOf(term)).flatMap((offer) =>
    Object.values(recordOf(recordOf(offer)["priceDimensions"])),
  );
  const [only, second] = dimensions;
  const usd = textOf(recordOf(recordOf(only)["pricePerUnit"])["USD"]);
  if (second !== undefined || !/^\d+(\.\d+)?$/.test(usd)) return null;
  const microUsd = parseUsd(usd);
  return microUsd === 0 ? null : { unit: textOf(recordOf(only)["unit"]).toLowerCase(), microUsd };
}

function meterOf({ resourceType, runningMode, usagetype = "" }: Texts, unit: string): Meter | null {
  if (resourceType !== "Hardware") return null;
  if (runningMode === "AlwaysOn") return unit === "month" ? "always-on-month" : null;
  if (runningMode !== "AutoStop") return null;
  if (usagetype.endsWith("-AutoStop-User")) return unit === "month" ? "auto-stop-month" : null;
  return usagetype.endsWith("-AutoStop-Usage") && unit.startsWith("h") ? "auto-stop-hour" : null;
}

type Shape = Pick<PriceRow, "compute" | "operatingSystem" | "license" | "volumes">;

function shapeOf(attributes: Texts, meter: Meter): Shape | null {
  const { bundle = "", operatingSystem: system = "", license: whose = "" } = attributes;
  const compute = COMPUTE[bundle.replace(/-\d$/, "")];
  const [operatingSystem, license] = SYSTEMS[`${system}/${whose}`] ?? [];
  const volumes = volumesOf(attributes) ?? (meter === "auto-stop-hour" ? ("any" as const) : null);
  if (compute === undefined || operatingSystem === undefined || license === undefined || volumes === null) return null;
  return { compute, operatingSystem, license, volumes };
}

/** `rootvolume` and `uservolume`, or `storage` as `Root:80 GB,User:50 GB`. */
function volumesOf({ rootvolume = "", uservolume = "", storage = "" }: Texts): VolumePair | null {
  const match =
    /^Root:\s*(\d+) ?GB,\s*User:\s*(\d+) ?GB$/.exec(storage) ??
    /^(\d+) ?GB\/(\d+) ?GB$/.exec(`${rootvolume}/${uservolume}`);
  return match === null ? null : { rootGib: Number(match[1]), userGib: Number(match[2]) };
}

function keyOf({ compute, operatingSystem, license, volumes, meter }: PriceRow): string {
  const pair = typeof volumes === "string" ? volumes : `${volumes.rootGib}/${volumes.userGib}`;
  return `${compute}, ${operatingSystem}, licence ${license}, ${meter}, ${pair}`;
}

type Texts = Readonly<Partial<Record<string, string>>>;

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function textsOf(value: unknown): Texts {
  return Object.fromEntries(Object.entries(recordOf(value)).map(([key, text]) => [key, textOf(text)]));
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
