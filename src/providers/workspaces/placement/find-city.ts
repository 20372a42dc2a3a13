import { nearest } from "../../../support/did-you-mean.ts";
import { describeCoordinates, distanceKm } from "./geography.ts";
import type { City, Located, NearCity, NotLocated } from "./near.ts";

/** Nearer than this, entries of one name are one place (a city and its own district), and the largest stands for it. */
const SAME_PLACE_KM = 25;
const SHOWN = 6;

/** It has one name of most cities, and not always the English one. */
const AS_GEONAMES = "write its name as GeoNames has it (Munich, Köln), or latitude and longitude";

/** With so many people, and so many times as many as each of its namesakes, a city needs no subdivision: Denver is Denver. */
const KNOWN_TO_ALL = 100_000;
const TIMES_AS_LARGE = 10;

/** A city by country and name: case and accents do not matter, and of comparable cities of one name none is chosen. */
export function findCity(near: NearCity, cities: readonly City[]): Located | NotLocated {
  const inCountry = cities.filter((city) => city.country === near.country);
  const exact = citiesNamed(near.city, inCountry);
  const named = [...exact, ...inCountry.filter((city) => !exact.includes(city) && isQualified(city.name, near.city))];
  if (named.length === 0) return unknownCity(near, inCountry, cities);
  const isMeant = ({ subdivision }: City): boolean =>
    near.subdivision === undefined || isSameName(subdivision, near.subdivision);
  const meant = named.filter(isMeant);
  if (meant.length === 0) return unknownSubdivision(near, named);
  const only = clearlyMeant(exact.filter(isMeant)) ?? clearlyMeant(meant);
  if (only === null) return ambiguousCity(near, distinctPlaces(meant));
  return { found: true, at: { latitude: only.latitude, longitude: only.longitude }, words: describeCity(only) };
}

function citiesNamed(name: string, cities: readonly City[]): readonly City[] {
  const wanted = fold(name);
  return cities.filter((city) => fold(city.name) === wanted || fold(city.alternateName) === wanted);
}

/** `New York City`, `Frankfurt am Main`, `Frankfurt (Oder)`, `Washington, D.C.`: the name, and what tells it from others. */
const QUALIFIER = /^(?: City$| \(|, | \p{Ll})/u;

function isQualified(full: string, name: string): boolean {
  const { length } = name.normalize("NFC").trim();
  const composed = full.normalize("NFC");
  return fold(composed.slice(0, length)) === fold(name) && QUALIFIER.test(composed.slice(length));
}

/** The only one, or one beside which nobody thinks of the others; of how many live elsewhere nothing is assumed. */
function clearlyMeant(cities: readonly City[]): City | null {
  const [largest, ...others] = distinctPlaces(cities);
  if (largest === undefined || others.length === 0) return largest ?? null;
  const isSmall = ({ population }: City): boolean =>
    population > 0 && population * TIMES_AS_LARGE <= largest.population;
  return largest.population >= KNOWN_TO_ALL && others.every(isSmall) ? largest : null;
}

/** Largest first; what lies within reach of a larger one is left out. */
function distinctPlaces(cities: readonly City[]): readonly City[] {
  const places: City[] = [];
  for (const city of cities.toSorted(byPopulation)) {
    if (places.every((place) => distanceKm(place, city) > SAME_PLACE_KM)) places.push(city);
  }
  return places;
}

function unknownCity(near: NearCity, inCountry: readonly City[], cities: readonly City[]): NotLocated {
  const code = "city-unknown";
  if (inCountry.length === 0) {
    const message = `no country has the code "${near.country}"`;
    return { found: false, code, message, hint: "write the two letters of ISO 3166, for example GB or US" };
  }
  return {
    found: false,
    code,
    message: `no city "${near.city}" in ${near.country}`,
    hint: cityHint(near, inCountry, cities),
  };
}

function cityHint(near: NearCity, inCountry: readonly City[], cities: readonly City[]): string {
  const guess = nearest(near.city, byPopulationNames(inCountry));
  if (guess !== null) return `did you mean "${guess}"? Else ${AS_GEONAMES}`;
  const elsewhere = citiesNamed(near.city, cities)
    .toSorted(byPopulation)
    .map(({ country }) => country);
  const countries = [...new Set(elsewhere)].slice(0, SHOWN);
  if (countries.length > 0) return `"${near.city}" is in ${countries.join(", ")}`;
  return AS_GEONAMES;
}

function unknownSubdivision(near: NearCity, named: readonly City[]): NotLocated {
  const divisions = [...new Set(named.map((city) => city.subdivision))].toSorted();
  return {
    found: false,
    code: "city-unknown",
    message: `no city "${near.city}" in ${near.country}, subdivision "${near.subdivision ?? ""}"`,
    hint: `it is in ${divisions.join(", ")}`,
  };
}

function ambiguousCity(near: NearCity, places: readonly City[]): NotLocated {
  const more = places.length > SHOWN ? `; and ${places.length - SHOWN} more` : "";
  const listed = places.slice(0, SHOWN).map(describeChoice).join("; ");
  const largest = places[0]?.subdivision ?? "";
  const isTold = places.filter((city) => city.subdivision === largest).length === 1 && largest !== "";
  const example = isTold ? `say which by subdivision, for example subdivision: "${largest}", or` : "say which by";
  return {
    found: false,
    code: "city-ambiguous",
    message: `${near.country} has ${places.length} cities "${near.city}": ${listed}${more}`,
    hint: `${example} latitude and longitude in place of city and country`,
  };
}

/** `OR (632,309 people, at 45.52, -122.68)` */
function describeChoice(city: City): string {
  const people = city.population === 0 ? "" : `${city.population.toLocaleString("en-US")} people, `;
  return `${city.subdivision === "" ? "no subdivision" : city.subdivision} (${people}at ${describeCoordinates(city)})`;
}

function describeCity({ name, subdivision, country }: City): string {
  return [name, subdivision, country].filter((part) => part !== "").join(", ");
}

function byPopulation(a: City, b: City): number {
  return b.population - a.population || a.latitude - b.latitude || a.longitude - b.longitude;
}

function byPopulationNames(cities: readonly City[]): readonly string[] {
  return cities.toSorted(byPopulation).map(({ name }) => name);
}

function isSameName(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

/** Lower case without accents: `São Paulo` is `sao paulo`. */
function fold(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase().trim();
}
