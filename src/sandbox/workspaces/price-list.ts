import { createHash } from "node:crypto";
import { type BundlePrice, PRICES, type RegionPrices } from "./prices.ts";

/** One priced thing of an offer. */
interface Sku {
  readonly usagetype: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly unit: "Month" | "Hour";
  /** Null: the product is listed, and has no terms. */
  readonly dollars: string | null;
}

const OFFERS = "/offers/v1.0/aws/AmazonWorkSpaces";
const PUBLISHED = "2026-06-27T00:00:00Z";
const VERSION = "20260627000000";

/** Codes of the one term and of its one dimension, the same in every offer. */
const TERM = "JRTCKXETXF";
const DIMENSION = "6YS6EN2CT7";

/** Price List bulk files, as they lie behind a plain GET without a signature; null where there is none. */
export function answerPriceList(path: string): object | null {
  if (path === `${OFFERS}/current/region_index.json`) return regionIndex();
  const [, region = ""] =
    /^\/offers\/v1\.0\/aws\/AmazonWorkSpaces\/(?:current|20260627000000)\/([a-z0-9-]+)\/index\.json$/.exec(path) ?? [];
  const prices = Object.hasOwn(PRICES, region) ? PRICES[region] : undefined;
  return prices === undefined ? null : regionOffer(region, prices);
}

function regionIndex(): object {
  const regions = Object.keys(PRICES).map((regionCode) => {
    const currentVersionUrl = `${OFFERS}/${VERSION}/${regionCode}/index.json`;
    return [regionCode, { regionCode, currentVersionUrl }] as const;
  });
  return { formatVersion: "v1.0", publicationDate: PUBLISHED, regions: Object.fromEntries(regions) };
}

function regionOffer(region: string, { prefix, location, bundles }: RegionPrices): object {
  const skus = bundles.flatMap((price) => hardwareSkus(price, prefix)).concat(freeSku(prefix));
  const rows = skus.map((sku) => [skuId(sku.usagetype), sku] as const);
  const products = rows.map(([sku, { usagetype, attributes }]) => [
    sku,
    {
      sku,
      productFamily: "Enterprise Applications",
      attributes: { servicecode: "AmazonWorkSpaces", location, regionCode: region, usagetype, ...attributes },
    },
  ]);
  const terms = rows.flatMap(([sku, { dollars, unit }]) => (dollars === null ? [] : [[sku, term(sku, unit, dollars)]]));
  return {
    formatVersion: "v1.0",
    offerCode: "AmazonWorkSpaces",
    version: VERSION,
    publicationDate: PUBLISHED,
    products: Object.fromEntries(products),
    terms: { OnDemand: Object.fromEntries(terms) },
  };
}

/** A bundle is three products; those without a known price are there without terms. */
function hardwareSkus(price: BundlePrice, prefix: string): readonly Sku[] {
  const base = `${prefix}AW-HW-${price.hardware}`;
  const attributes = {
    resourceType: "Hardware",
    bundle: price.bundle,
    operatingSystem: "Windows",
    license: "Included",
    rootvolume: `${price.rootGb} GB`,
    uservolume: `${price.userGb} GB`,
  };
  const autoStop = { ...attributes, runningMode: "AutoStop" };
  const alwaysOn = { ...attributes, runningMode: "AlwaysOn" };
  return [
    { usagetype: base, attributes: alwaysOn, unit: "Month", dollars: price.alwaysOnMonth ?? null },
    { usagetype: `${base}-AutoStop-User`, attributes: autoStop, unit: "Month", dollars: price.autoStopMonth ?? null },
    { usagetype: `${base}-AutoStop-Usage`, attributes: autoStop, unit: "Hour", dollars: price.autoStopHour ?? null },
  ];
}

/** Every region lists things that cost nothing: a reader that takes them for prices is wrong. */
function freeSku(prefix: string): Sku {
  const attributes = { resourceType: "Hardware", bundle: "Standard", runningMode: "AutoStop", license: "Included" };
  return { usagetype: `${prefix}AW-HW-2-FreeTier`, attributes, unit: "Hour", dollars: "0.0000000000" };
}

function term(sku: string, unit: string, dollars: string): object {
  const termCode = `${sku}.${TERM}`;
  const rateCode = `${termCode}.${DIMENSION}`;
  const dimension = { rateCode, unit, beginRange: "0", endRange: "Inf", pricePerUnit: { USD: dollars } };
  return {
    [termCode]: { sku, offerTermCode: TERM, effectiveDate: PUBLISHED, priceDimensions: { [rateCode]: dimension } },
  };
}

/** Sixteen letters and digits, as a SKU looks; the sandbox's own. */
function skuId(usagetype: string): string {
  return createHash("sha256").update(usagetype).digest("hex").slice(0, 16).toUpperCase();
}
