/** A point on the earth, in degrees: north and east are positive. */
export interface Coordinates {
  readonly latitude: number;
  readonly longitude: number;
}

/** Mean radius of the earth (IUGG). */
const EARTH_RADIUS_KM = 6371.0088;

/** Great-circle distance in kilometres (haversine: stable for near points, and the same both ways). */
export function distanceKm(from: Coordinates, to: Coordinates): number {
  const [a, b] = [radians(from.latitude), radians(to.latitude)];
  const halfNorth = Math.sin((b - a) / 2) ** 2;
  const halfEast = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = Math.min(1, halfNorth + Math.cos(a) * Math.cos(b) * halfEast);
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(chord));
}

/** `47.61, -122.33`: two decimals are about a kilometre, and more would say that more is known. */
export function describeCoordinates({ latitude, longitude }: Coordinates): string {
  return `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
