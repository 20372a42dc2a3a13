import type { Coordinates } from "./geography.ts";

/** What `placement.near` of a document says: one of three ways to name a place. */
export type Near = Coordinates | NearCity | NearIp;

export interface NearCity {
  readonly city: string;
  /** ISO 3166-1 alpha-2, for example `US`. */
  readonly country: string;
  /** GeoNames' first-level division where the name alone is not enough: a state's letters in the US, else its code. */
  readonly subdivision?: string;
}

interface NearIp {
  /** A public IPv4 or IPv6 address. */
  readonly ip: string;
}

/** A city as the data package has it. */
export interface City extends Coordinates {
  readonly name: string;
  readonly alternateName: string;
  readonly country: string;
  readonly subdivision: string;
  readonly population: number;
}

/** Where an address is, as the data package has it; names may be empty. */
export interface IpPlace extends Coordinates {
  readonly city: string;
  readonly country: string;
}

/** Where places are looked up: in packages on this machine (`packaged-places.ts`), or in a test's literals. */
export interface PlaceSources {
  /** All cities; loaded when first asked. */
  cities(): readonly City[];
  /** Null where the data has nothing on this address; `missing` where the optional data package is not installed. */
  ipPlace(ip: string): IpPlace | "missing" | null;
}

/** A place that was found, in numbers and in words. */
export interface Located {
  readonly found: true;
  readonly at: Coordinates;
  /** `Seattle, WA, US`, `203.0.113.42 (Paris, FR)`, `47.61, -122.33`. */
  readonly words: string;
}

/** Why no place could be found, and what to write instead; shaped to become a finding as it stands. */
export interface NotLocated {
  readonly found: false;
  readonly code:
    | "city-unknown"
    | "city-ambiguous"
    | "ip-invalid"
    | "ip-not-public"
    | "ip-unknown"
    | "ip-data-missing"
    | "no-directory";
  readonly message: string;
  readonly hint: string;
}
