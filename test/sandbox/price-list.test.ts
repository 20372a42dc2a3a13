import { expect, test } from "vitest";
import { answerPriceList } from "../../src/sandbox/workspaces/price-list.ts";

interface RegionIndex {
  readonly regions: Readonly<Record<string, { readonly currentVersionUrl: string }>>;
}

interface Offer {
  readonly products: Readonly<Record<string, { readonly attributes: Readonly<Record<string, string>> }>>;
  readonly terms: {
    readonly OnDemand: Readonly<
      Record<string, Readonly<Record<string, { readonly priceDimensions: Readonly<Record<string, Dimension>> }>>>
    >;
  };
}

interface Dimension {
  readonly unit: string;
  readonly pricePerUnit: { readonly USD: string };
}

/** A region's figures by the way its reader goes: index, offer, product, term, dimension; "no terms" where that ends. */
function figures(region: string): Readonly<Record<string, string>> {
  const { regions } = answerPriceList("/offers/v1.0/aws/AmazonWorkSpaces/current/region_index.json") as RegionIndex;
  const { products, terms } = answerPriceList(regions[region]?.currentVersionUrl ?? "") as Offer;
  const rows = Object.entries(products).map(([sku, { attributes }]) => {
    const term = terms.OnDemand[sku]?.[`${sku}.JRTCKXETXF`];
    const dimension = term?.priceDimensions[`${sku}.JRTCKXETXF.6YS6EN2CT7`];
    const figure = dimension === undefined ? "no terms" : `${dimension.pricePerUnit.USD} ${dimension.unit}`;
    return [attributes["usagetype"] ?? "", figure] as const;
  });
  return Object.fromEntries(rows);
}

test.each([
  {
    region: "us-east-1",
    expected: { "AW-HW-2": "35 Month", "AW-HW-2-AutoStop-User": "9.75 Month", "AW-HW-2-AutoStop-Usage": "0.30 Hour" },
    free: "AW-HW-2-FreeTier",
  },
  {
    region: "eu-west-1",
    expected: {
      "EU-AW-HW-3": "54 Month",
      "EU-AW-HW-3-AutoStop-User": "no terms",
      "EU-AW-HW-2-AutoStop-Usage": "0.32 Hour",
    },
    free: "EU-AW-HW-2-FreeTier",
  },
  {
    region: "us-west-2",
    expected: { "USW2-AW-HW-2": "no terms", "USW2-AW-HW-2-AutoStop-Usage": "no terms" },
    free: "USW2-AW-HW-2-FreeTier",
  },
])("prices of $region: what is known, what has no terms, what costs nothing", ({ region, expected, free }) => {
  expect(figures(region)).toMatchObject({ ...expected, [free]: "0.0000000000 Hour" });
});

test("another file is not there", () => {
  expect(answerPriceList("/offers/v1.0/aws/AmazonWorkSpaces/current/ap-south-1/index.json")).toBe(null);
  expect(answerPriceList("/offers/v1.0/aws/AmazonEC2/current/region_index.json")).toBe(null);
});
