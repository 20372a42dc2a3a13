/** Whose grants they are, across all documents. Pure. */
import type { Finding } from "../../estate/resource.ts";
import { describePosition } from "../../support/position.ts";
import { type Place, type Refusal, refuse, refuseIf } from "../refusal.ts";
import { isSlug } from "./slug.ts";
import type { Claim } from "./topology.ts";
import { overlaps } from "./window.ts";

export function* checkPeople(claims: readonly Claim[]): Generator<Finding> {
  for (const claim of claims) yield* refuseIf(placeOf(claim), idRefusal(claim) ?? slugRefusal(claim));
  const sound = claims.filter(({ slug }) => slug !== null && isSlug(slug));
  for (const own of Map.groupBy(sound, ({ slug }) => slug).values()) yield* checkOneSlug(own);
  for (const own of Map.groupBy(sound, ({ cluster, person }) => `${cluster.name} ${person}`).values()) {
    yield* checkOnePerson(own);
  }
}

function placeOf({ grant, path }: Claim): Place {
  return { resource: grant, path };
}

function idRefusal({ person }: Claim): Refusal | null {
  if (!person.includes("*")) return null;
  return {
    code: "person-wildcard",
    message: `"${person}" has a * in it, which policies of the mesh read as "anything"`,
    hint: "a grant is for people who are named; write a person's id",
  };
}

function slugRefusal({ person, slug }: Claim): Refusal | null {
  if (slug === null) {
    return {
      code: "slug-missing",
      message: `no slug can be made of "${person}": 1 to 30 lower-case letters, digits and dashes would have to be left`,
      hint: `write one: { id: "${person}", slug: … }`,
    };
  }
  if (isSlug(slug)) return null;
  return {
    code: "slug-invalid",
    message: `"${slug}" cannot be a label, part of a namespace and of an address`,
    hint: "a slug is 1 to 30 lower-case letters, digits and dashes, no dash at either end",
  };
}

/** One slug in two people's hands would be one namespace in two people's hands. */
function* checkOneSlug(claims: readonly Claim[]): Generator<Finding> {
  const [first] = claims;
  for (const claim of claims) {
    if (first === undefined || claim.person === first.person) continue;
    yield refuse(placeOf(claim), {
      code: "slug-twice",
      message: `"${claim.person}" and "${first.person}" (${describeGrant(first)}) would both be ${claim.slug}`,
      hint: `give one of them another: { id: "${claim.person}", slug: … }`,
    });
  }
}

function* checkOnePerson(claims: readonly Claim[]): Generator<Finding> {
  const [first] = claims;
  for (const claim of claims) {
    if (first === undefined || claim.slug === first.slug) continue;
    yield refuse(placeOf(claim), {
      code: "person-two-slugs",
      message: `"${claim.person}" is ${claim.slug} here and ${first.slug} in ${describeGrant(first)}: the home volume stays with one of them`,
      hint: "write the same slug in both",
    });
  }
  yield* checkOverlaps(claims);
}

/** A person has one desktop in a cluster, so one grant at a time. */
function* checkOverlaps(claims: readonly Claim[]): Generator<Finding> {
  const timed = claims.flatMap((claim) => (claim.window === null ? [] : [{ claim, window: claim.window }]));
  const sorted = timed.toSorted((a, b) => a.window.startsAt.getTime() - b.window.startsAt.getTime());
  let longest = sorted[0];
  for (const one of sorted.slice(1)) {
    if (longest !== undefined && longest.claim.grant !== one.claim.grant && overlaps(one.window, longest.window)) {
      yield refuse(placeOf(one.claim), {
        code: "grants-overlap",
        message: `"${one.claim.person}" has access to ${one.claim.cluster.name} until ${longest.window.expiresAt.toISOString()} by ${describeGrant(longest.claim)} already`,
        hint: "let one begin when the other ends, or extend the other instead",
      });
    }
    if (longest === undefined || one.window.expiresAt > longest.window.expiresAt) longest = one;
  }
}

function describeGrant({ grant }: Claim): string {
  return `${grant.address}, ${describePosition(grant.source)}`;
}
