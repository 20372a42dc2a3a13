/** Whose desktops they are: names that directories take, and one desktop a person and directory. Pure. */
import type { Finding } from "../../estate/resource.ts";
import type { WorkspaceReserveSpec } from "../../generated/documents.ts";
import { describePosition } from "../../support/position.ts";
import { type Place, type Refusal, refuse } from "../refusal.ts";
import { fittingDirectories } from "./fitting-directories.ts";
import type { DesktopFacts, DirectoryFacts, Topology } from "./topology.ts";

const MOST_LINUX = 20;

export function* checkPeople(topology: Topology): Generator<Finding> {
  for (const facts of topology.desktops) yield* checkName(facts);
  yield* checkAddresses(topology);
  const people = Map.groupBy(topology.desktops, ({ user }) => user.toLowerCase());
  for (const desktops of people.values()) yield* checkPerson(desktops, topology);
}

function* checkName(facts: DesktopFacts): Generator<Finding> {
  const { user, operatingSystem, blueprint } = facts;
  if (operatingSystem === "windows" || user.length <= MOST_LINUX) return;
  const whose = blueprint === null ? "" : ` (of ${blueprint.address})`;
  yield refuse(userPlace(facts), {
    code: "user-too-long",
    message: `"${user}" has ${user.length} characters, and desktops with ${operatingSystem}${whose} take user names of ${MOST_LINUX} at most`,
    hint: "give the user a shorter name in the directory, or a Windows desktop",
  });
}

/** Where the user is named. */
function userPlace({ resource, reserve, user }: DesktopFacts): Place {
  if (reserve === null) return { resource, path: ["spec", "user"] };
  const { users } = resource.spec as WorkspaceReserveSpec;
  return { resource, path: ["spec", "users", users.indexOf(user)] };
}

/** Desktops of a reserve have addresses that nobody wrote. */
function* checkAddresses({ desktops }: Topology): Generator<Finding> {
  for (const [index, facts] of desktops.entries()) {
    const other = desktops[index - 1];
    if (other === undefined || other.address !== facts.address) continue;
    if (other.user.toLowerCase() === facts.user.toLowerCase()) continue;
    const late = facts.reserve === null ? other : facts;
    const early = late === facts ? other : facts;
    yield refuse(userPlace(late), {
      code: "reserve-name",
      message: `the desktop of ${late.user} would be ${late.address}, which is ${early.user}'s in ${describeOther(early)}`,
      hint: "rename the reserve or the other document, or give the user a Workspace document",
    });
  }
}

/** Sorted by address: the later ones answer. */
function* checkPerson(desktops: readonly DesktopFacts[], topology: Topology): Generator<Finding> {
  for (const [index, facts] of desktops.entries()) {
    for (const other of desktops.slice(0, index)) {
      const refusal = clash(facts, other, topology);
      if (refusal === null) continue;
      yield refuse(userPlace(facts), refusal);
      break;
    }
  }
}

function clash(facts: DesktopFacts, other: DesktopFacts, topology: Topology): Refusal | null {
  if (facts.resource === other.resource) return null;
  const [here, there] = [placesOf(facts, topology), placesOf(other, topology)];
  const shared = here.find((one) => there.some((two) => isSame(one, two)));
  if (shared === undefined) return null;
  const isCertain = here.length === 1 && there.length === 1;
  if (isCertain) {
    return {
      code: "person-twice",
      message: `${facts.user} has a desktop in ${shared.name} already: ${describeOther(other)}; a person has one desktop a directory, in upper or lower case`,
      hint: "remove one of the two documents, or place one of them in another directory",
    };
  }
  return {
    code: "person-twice",
    message: `${facts.user} has another desktop, ${describeOther(other)}, and near may choose ${shared.name} for both; a person has one desktop a directory`,
    hint: "name a directory instead of near, in both documents",
  };
}

function describeOther({ resource }: DesktopFacts): string {
  return `${resource.address} (${describePosition(resource.source)})`;
}

function placesOf(facts: DesktopFacts, topology: Topology): readonly DirectoryFacts[] {
  return facts.directory === null ? fittingDirectories(facts, topology) : [facts.directory];
}

function isSame(a: DirectoryFacts, b: DirectoryFacts): boolean {
  return a.id === b.id && a.region === b.region;
}
