import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  choosePlacement,
  describePlacement,
  type PlacementCandidate,
} from "../../../../src/providers/workspaces/placement/choose-placement.ts";
import { type Coordinates, distanceKm } from "../../../../src/providers/workspaces/placement/geography.ts";
import { locateNear } from "../../../../src/providers/workspaces/placement/locate-near.ts";
import type { Near } from "../../../../src/providers/workspaces/placement/near.ts";
import { packagedPlaces } from "../../../../src/providers/workspaces/placement/packaged-places.ts";
import { placedRegions, placeOfRegion } from "../../../../src/providers/workspaces/placement/regions.ts";

const places = packagedPlaces();

/** The regions of the service's documentation, each with one directory named after it. */
const REGIONS =
  "af-south-1 ap-northeast-1 ap-northeast-2 ap-south-1 ap-southeast-1 ap-southeast-2 ap-southeast-5 ca-central-1 eu-central-1 eu-west-1 eu-west-2 eu-west-3 il-central-1 sa-east-1 us-east-1 us-east-2 us-west-2 cn-northwest-1 us-gov-east-1 us-gov-west-1".split(
    " ",
  );
const commercial = REGIONS.filter((region) => !/^(cn|us-gov)-/.test(region));

function candidates(regions: readonly string[]): readonly PlacementCandidate[] {
  return regions.map((region) => ({ region, directory: region }));
}

function say(near: Near): string {
  const located = locateNear(near, places);
  return located.found ? located.words : `${located.code}: ${located.message} (${located.hint})`;
}

function regionNear(near: Near, regions: readonly string[] = commercial): string | undefined {
  const located = locateNear(near, places);
  return located.found ? choosePlacement(located, candidates(regions))?.chosen.region : located.message;
}

describe("the nearest region of", () => {
  test.each([
    ["Seattle", "US", "us-west-2"],
    ["New York", "US", "us-east-1"],
    ["Chicago", "US", "us-east-2"],
    ["Toronto", "CA", "ca-central-1"],
    ["Berlin", "DE", "eu-central-1"],
    ["Manchester", "GB", "eu-west-2"],
    ["Belfast", "GB", "eu-west-1"],
    ["Lyon", "FR", "eu-west-3"],
    ["Haifa", "IL", "il-central-1"],
    ["Buenos Aires", "AR", "sa-east-1"],
    ["Johannesburg", "ZA", "af-south-1"],
    ["Delhi", "IN", "ap-south-1"],
    ["Busan", "KR", "ap-northeast-2"],
    ["Sapporo", "JP", "ap-northeast-1"],
    ["Wellington", "NZ", "ap-southeast-2"],
  ])("%s, %s is %s", (city, country, region) => expect(regionNear({ city, country })).toBe(region));

  test.each([
    ["8.8.8.8", "us-west-2"],
    ["130.88.1.1", "eu-west-2"],
    ["2a00:1450:4001:81b::200e", "eu-central-1"],
  ])("%s is %s", (ip, region) => expect(regionNear({ ip })).toBe(region));
});

test.each([
  { name: "a city", near: { city: "seattle", country: "US" }, says: "Seattle, WA, US" },
  { name: "accents", near: { city: "Sao Paulo", country: "BR" }, says: "São Paulo, 27, BR" },
  { name: "a short name", near: { city: "New York", country: "US" }, says: "New York City, NY, US" },
  { name: "one of several", near: { city: "Portland", country: "US", subdivision: "me" }, says: "Portland, ME, US" },
  { name: "coordinates", near: { latitude: 47.6, longitude: -122.3 }, says: "47.60, -122.30" },
  { name: "far larger than its namesakes", near: { city: "Boston", country: "US" }, says: "Boston, MA, US" },
  { name: "a longer name", near: { city: "Frankfurt", country: "DE" }, says: "Frankfurt am Main, 05, DE" },
  {
    name: "a longer name beside small namesakes",
    near: { city: "Washington", country: "US" },
    says: "Washington, D.C., DC, US",
  },
  {
    name: "a longer name in its subdivision",
    near: { city: "Frankfurt", country: "DE", subdivision: "11" },
    says: "Frankfurt (Oder), 11, DE",
  },
  {
    name: "comparable ones of one name",
    near: { city: "Gorakhpur", country: "IN" },
    says: 'city-ambiguous: IN has 2 cities "Gorakhpur": 10 (1,324,570 people, at 29.45, 75.67); 36 (674,246 people, at 26.77, 83.37) (say which by subdivision, for example subdivision: "10", or latitude and longitude in place of city and country)',
  },
  {
    name: "one of whose namesake nobody knows the size",
    near: { city: "Surabaya", country: "ID" },
    says: 'city-ambiguous: ID has 2 cities "Surabaya": 08 (2,374,658 people, at -7.25, 112.75); 15 (at -4.67, 105.73) (say which by subdivision, for example subdivision: "08", or latitude and longitude in place of city and country)',
  },
  {
    name: "a wrong subdivision",
    near: { city: "Boston", country: "US", subdivision: "CA" },
    says: 'city-unknown: no city "Boston" in US, subdivision "CA" (it is in GA, MA, NY)',
  },
  {
    name: "a slip",
    near: { city: "Seatle", country: "US" },
    says: 'city-unknown: no city "Seatle" in US (did you mean "Seattle"? Else write its name as GeoNames has it (Munich, Köln), or latitude and longitude)',
  },
  {
    name: "another country",
    near: { city: "Lyon", country: "DE" },
    says: 'city-unknown: no city "Lyon" in DE ("Lyon" is in FR)',
  },
  {
    name: "no country",
    near: { city: "London", country: "UK" },
    says: 'city-unknown: no country has the code "UK" (write the two letters of ISO 3166, for example GB or US)',
  },
] satisfies { name: string; near: Near; says: string }[])("$name", ({ near, says }) => expect(say(near)).toBe(says));

test.each([
  ["10.1.2.3", "a private network"],
  ["192.168.0.1", "a private network"],
  ["fd00::1", "a private network"],
  ["100.64.0.1", "a provider's shared range"],
  ["127.0.0.1", "this machine itself"],
  ["169.254.1.1", "one link only"],
  ["fe80::1", "one link only"],
  ["203.0.113.42", "a reserved range"],
  ["224.0.0.1", "multicast"],
  ["0.0.0.0", "no address at all"],
  ["::ffff:8.8.8.8", "IPv4 written as IPv6: write the IPv4 address"],
])("%s has no place: %s", (ip, why) => expect(say({ ip })).toContain(`(${why})`));

test.each(["010.1.1.1", "8.8.8", "8.8.8.8/32", "fe80::1%eth0", "0x8.8.8.8", "", "1.2.3.4.5", "example.com"])(
  "%j is no address",
  (ip) => expect(say({ ip })).toContain("ip-invalid"),
);

test("without its data package an address is refused with the way out", () => {
  const bare = { cities: () => [], ipPlace: () => "missing" as const };
  expect(locateNear({ ip: "8.8.8.8" }, bare)).toMatchObject({ found: false, code: "ip-data-missing" });
});

describe("choosing", () => {
  const seattle = locateNear({ city: "Seattle", country: "US" }, places);
  if (!seattle.found) throw new Error("Seattle is known");

  test("says how far, and what came next", () => {
    const placement = choosePlacement(seattle, candidates(["eu-west-1", "us-west-2", "us-east-1"]));
    expect(placement === null ? "" : describePlacement(placement)).toBe(
      "us-west-2 (us-west-2), 281 km from Seattle, WA, US; next: us-east-1 (us-east-1), 3,695 km; eu-west-1 (eu-west-1), 7,279 km",
    );
  });

  test("breaks ties by region, then directory, whatever the order given", () => {
    const tied: readonly PlacementCandidate[] = [
      { region: "us-west-2", directory: "b" },
      { region: "us-gov-west-1", directory: "z" },
      { region: "us-west-2", directory: "a" },
    ];
    for (const order of [tied, tied.toReversed()]) {
      expect(choosePlacement(seattle, order)?.chosen).toMatchObject({ region: "us-gov-west-1", directory: "z" });
      expect(choosePlacement(seattle, order)?.runnersUp.map(({ directory }) => directory)).toEqual(["a", "b"]);
    }
  });

  test("names what it cannot place, and never chooses it", () => {
    const placement = choosePlacement(seattle, candidates(["xx-nowhere-1", "eu-west-1"]));
    expect(placement).toMatchObject({ chosen: { region: "eu-west-1" }, unplaced: [{ region: "xx-nowhere-1" }] });
    expect(choosePlacement(seattle, candidates(["xx-nowhere-1"]))).toBeNull();
    expect(choosePlacement(seattle, [])).toBeNull();
  });
});

describe("the table of regions", () => {
  test("has every region of the service", () => {
    expect(REGIONS.filter((region) => placeOfRegion(region) === null)).toEqual([]);
  });

  test.each(placedRegions())("%s is where GeoNames has its town", (region) => {
    const place = placeOfRegion(region);
    const [name, country] = place?.place.split(", ") ?? [];
    const towns = places.cities().filter((city) => city.name === name && city.country === country);
    expect(place !== null && towns.some((town) => distanceKm(town, place) < 0.01)).toBe(true);
  });
});

const anywhere: fc.Arbitrary<Coordinates> = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
});

describe("distances", () => {
  test.each([
    ["Paris to London", { latitude: 48.85341, longitude: 2.3488 }, { latitude: 51.50853, longitude: -0.12574 }, 344],
    ["across the date line", { latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 }, 111],
    ["pole to pole", { latitude: 90, longitude: 0 }, { latitude: -90, longitude: 77 }, 20_015],
    ["a quarter of the equator", { latitude: 0, longitude: 0 }, { latitude: 0, longitude: 90 }, 10_008],
  ])("%s", (_name, a, b, km) => expect(Math.round(distanceKm(a, b))).toBe(km));

  test("are the same both ways, nothing to oneself, and at most half around the earth", () => {
    fc.assert(
      fc.property(anywhere, anywhere, (a, b) => {
        expect(distanceKm(a, b)).toBe(distanceKm(b, a));
        expect(distanceKm(a, a)).toBe(0);
        expect(distanceKm(a, b)).toBeLessThanOrEqual(20_016);
      }),
    );
  });

  test("have no short cuts", () => {
    fc.assert(
      fc.property(anywhere, anywhere, anywhere, (a, b, c) => {
        expect(distanceKm(a, c)).toBeLessThanOrEqual(distanceKm(a, b) + distanceKm(b, c) + 0.001);
      }),
    );
  });

  test("the chosen region is nearest, and the runners-up are in order", () => {
    fc.assert(
      fc.property(anywhere, fc.subarray(placedRegions().slice(), { minLength: 1 }), (at, regions) => {
        const placement = choosePlacement({ found: true, at, words: "here" }, candidates(regions));
        const ranked = placement === null ? [] : [placement.chosen, ...placement.runnersUp];
        expect(ranked.map(({ region }) => region).toSorted()).toEqual(regions.toSorted());
        for (const { region } of ranked) {
          const place = placeOfRegion(region);
          if (place !== null) expect(ranked[0]?.distanceKm).toBeLessThanOrEqual(Math.round(distanceKm(at, place)));
        }
        expect(ranked.map((one) => one.distanceKm)).toEqual(
          ranked.map((one) => one.distanceKm).toSorted((a, b) => a - b),
        );
      }),
    );
  });
});
