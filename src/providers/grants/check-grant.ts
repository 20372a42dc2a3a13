/** One grant's document, and what its tier and policy allow. Pure. */
import type { Finding } from "../../estate/resource.ts";
import { type Refusal, refuse, refuseIf, warn } from "../refusal.ts";
import { checkBounds } from "./check-bounds.ts";
import { checkOpenings } from "./check-openings.ts";
import { checkSession } from "./check-session.ts";
import type { Claim, GrantDocument } from "./topology.ts";
import { stateAt } from "./window.ts";

/** `claims` are those of one grant. */
export function* checkGrant(claims: readonly Claim[], now: Date): Generator<Finding> {
  const [claim] = claims;
  if (claim === undefined) return;
  yield* checkWindow(claim, now);
  yield* checkBounds(claims, now);
  yield* checkOpenings(claim);
  yield* checkSession(claim);
}

/** Whom a grant is for: a person, or people. */
export function* checkWhom(resource: GrantDocument): Generator<Finding> {
  const { person, people } = resource.spec;
  if ((person === undefined) !== (people === undefined)) {
    yield* checkTwice(resource);
    return;
  }
  yield refuse(
    { resource, path: ["spec"] },
    {
      code: "grant-people",
      message: person === undefined ? "nobody is named" : "person and people are both named",
      hint: "write person for one, people for a workshop",
    },
  );
}

function* checkTwice(resource: GrantDocument): Generator<Finding> {
  const seen = new Set<string>();
  for (const [index, one] of (resource.spec.people ?? []).entries()) {
    const id = typeof one === "string" ? one : one.id;
    if (seen.has(id)) {
      yield refuse(
        { resource, path: ["spec", "people", index] },
        { code: "person-twice", message: `"${id}" is listed twice`, hint: "a desktop each: remove one of them" },
      );
    }
    seen.add(id);
  }
}

function* checkWindow({ grant, window }: Claim, now: Date): Generator<Finding> {
  const { expiresAt, duration, suspended } = grant.spec;
  const end = expiresAt === undefined ? "duration" : "expiresAt";
  const place = {
    resource: grant,
    path: ["spec", ...(expiresAt === undefined && duration === undefined ? [] : [end])],
  };
  if (window === null) {
    yield* refuseIf(place, windowRefusal(grant));
    return;
  }
  const state = stateAt(window, suspended, now);
  if (state !== "expired" && state !== "purged") return;
  const kept =
    state === "expired" ? `the home volume is kept until ${window.purgesAt.toISOString()}` : "nothing is kept";
  yield warn(place, {
    code: "expired",
    message: `access ended at ${window.expiresAt.toISOString()}: ${kept}`,
    hint: "write a later instant to give access again, or remove the document",
  });
}

function windowRefusal({ spec }: GrantDocument): Refusal {
  const { startsAt, expiresAt, duration } = spec;
  if (expiresAt !== undefined && duration !== undefined) {
    return {
      code: "window-both",
      message: `expiresAt ${expiresAt} and duration ${duration} both say when access ends`,
      hint: "remove one of them",
    };
  }
  if (expiresAt === undefined && duration === undefined) {
    return {
      code: "window-open",
      message: "nothing says when access ends",
      hint: "write expiresAt: 2026-12-14T18:00:00Z, or duration: 3h from startsAt",
    };
  }
  if (expiresAt !== undefined) {
    const message = `access would end at ${expiresAt}, and begins at ${startsAt}`;
    return { code: "window-reversed", message, hint: "write an end that is later than the beginning; mind the zones" };
  }
  return { code: "window-reversed", message: `a duration of ${duration} is no time at all`, hint: "write 1s or more" };
}
