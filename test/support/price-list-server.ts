/** AWS's public price list in the small, on loopback: an index of regions and one region's list. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Sold {
  readonly sku: string;
  readonly usd: string;
  readonly unit: "Month" | "Hour";
  readonly attributes: Readonly<Record<string, string>>;
  readonly family?: string;
  /** False for a product that the list names and does not price. */
  readonly hasTerm?: boolean;
}

/** As AWS names a desktop with Windows: bundle, running mode, and the ending of its usage type. */
export function windows(bundle: string, mode: "AlwaysOn" | "AutoStop", ending: string): Sold["attributes"] {
  return {
    resourceType: "Hardware",
    bundle,
    runningMode: mode,
    operatingSystem: "Windows",
    license: "Included",
    storage: "Root:80 GB,User:50 GB",
    usagetype: `USW2-AW-HW-2${ending}`,
  };
}

export function priceList(sold: readonly Sold[]): object {
  return {
    version: "20261101000000",
    publicationDate: "2026-11-01T00:00:00Z",
    products: Object.fromEntries(
      sold.map(({ sku, family = "Enterprise Applications", attributes }) => [
        sku,
        { sku, productFamily: family, attributes },
      ]),
    ),
    terms: { OnDemand: Object.fromEntries(sold.filter(({ hasTerm = true }) => hasTerm).map(termOf)) },
  };
}

function termOf({ sku, usd, unit }: Sold): readonly [string, object] {
  const offer = `${sku}.JRTCKXETXF`;
  const dimension = { unit, pricePerUnit: { USD: usd } };
  return [sku, { [offer]: { priceDimensions: { [`${offer}.6YS6EN2CT7`]: dimension } } }];
}

/** The address of the index; it has `region` and no other. */
export async function servePriceList(region: string, sold: readonly Sold[]): Promise<string> {
  const path = `/offers/v1.0/aws/AmazonWorkSpaces/20261101000000/${region}/index.json`;
  const answers: Readonly<Record<string, object>> = {
    "/index.json": { regions: { [region]: { regionCode: region, currentVersionUrl: path } } },
    [path]: priceList(sold),
  };
  const server = createServer((request, response) => {
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/index.json`;
}
