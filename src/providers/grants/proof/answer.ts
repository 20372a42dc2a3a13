/** `reeve access`: who reaches a desktop, and what a person reaches. Pure. */
import { suggest } from "../../../support/did-you-mean.ts";
import { userError } from "../../../support/user-error.ts";
import type { Desired } from "../../provider.ts";
import type { ReadCluster } from "../compare-objects.ts";
import { type GrantsObservation, isRead } from "../model.ts";
import { whatCanReach, whoCanReach } from "../reach/ask.ts";
import type { Workstation } from "../reach/cast.ts";
import type { Access } from "../reach/entries.ts";
import type { Finding, Proof } from "../reach/prove.ts";
import { accessLines, findingLines } from "../reach/words.ts";
import { resolveTopology, type Topology } from "../topology.ts";
import { gateOf } from "./gate.ts";
import { proveIn, type Stage, stageOf } from "./stage.ts";

export interface Question {
  readonly ask: "who-can-reach" | "what-can-reach";
  /** As it was typed: a desktop's namespace, a grant or a person; a person alone for `what-can-reach`. */
  readonly name: string;
  /** As things are, or as they are once the plan is carried out. */
  readonly world: "live" | "planned";
}

/** One way, in words. */
export interface AnsweredWay {
  readonly who: string;
  readonly what: string;
  /** False where one reading of what is implementation-defined says so and another does not. */
  readonly isSure: boolean;
  /** A grant means it. */
  readonly isMeant: boolean;
  /** Hop by hop. */
  readonly way: readonly string[];
}

export interface AnsweredDesktop {
  readonly cluster: string;
  readonly namespace: string;
  readonly person: string;
  /** Null where no document grants it any more. */
  readonly grant: string | null;
  /** `active`, or why the person may not come in. */
  readonly state: string;
  readonly ways: readonly AnsweredWay[];
  /** Walls that do not stand, and what is not as its grant says. */
  readonly findings: readonly AnsweredFinding[];
}

interface AnsweredFinding {
  readonly kind: Finding["kind"];
  /** Nothing is opened while it stands. */
  readonly refuses: boolean;
  readonly words: string;
  readonly way: readonly string[];
}

/** `schemas/access.schema.json` */
export interface AccessAnswer {
  readonly formatVersion: 1;
  readonly estate: string;
  readonly question: Question["ask"];
  readonly of: string;
  readonly world: Question["world"];
  /** Sorted by cluster and namespace. */
  readonly desktops: readonly AnsweredDesktop[];
  /** What could not be looked at, in words. */
  readonly unread: readonly string[];
}

/** Throws a `UserError` for a name that nobody knows. */
export function answerAccess(desired: Desired, observation: GrantsObservation, question: Question): AccessAnswer {
  const topology = resolveTopology(desired);
  const read = topology.clusters.flatMap((cluster): readonly Scene[] => {
    const view = observation.clusters.get(cluster.name);
    return isRead(view) ? [{ read: { cluster, view, topology }, stage: stageOf({ cluster, view, topology }) }] : [];
  });
  const isMeant = matcher(question, topology, read);
  return {
    formatVersion: 1,
    estate: topology.estate,
    question: question.ask,
    of: question.name,
    world: question.world,
    desktops: read.flatMap((scene) => answersIn(scene, question, isMeant)),
    unread: [...read.flatMap(unreadIn), ...unreadClusters(topology, observation)],
  };
}

interface Scene {
  readonly read: ReadCluster;
  readonly stage: Stage;
}

type Matcher = (workstation: Workstation, grant: string | null) => boolean;

/** A desktop is named by its namespace, its grant or its person; a person by id alone. */
function matcher({ ask, name }: Question, topology: Topology, scenes: readonly Scene[]): Matcher {
  const matches: Matcher = ({ person, namespace }, grant) =>
    ask === "what-can-reach"
      ? person === name
      : [person, namespace, grant, grant?.split("/")[1]].some((one) => one === name);
  const all = scenes.flatMap(({ read, stage }) =>
    stage.workstations.map((one) => ({ one, grant: grantOf(read, one) })),
  );
  if (all.some(({ one, grant }) => matches(one, grant))) return matches;
  const people = [...topology.claims.map(({ person }) => person), ...all.map(({ one }) => one.person)];
  const desktops = all.flatMap(({ one, grant }) => [one.namespace, ...(grant === null ? [] : [grant])]);
  const known = [...new Set(ask === "what-can-reach" ? people : [...people, ...desktops])];
  if (known.includes(name)) return () => false;
  const what = ask === "what-can-reach" ? "person" : "desktop, grant or person";
  throw userError("unknown-name", `no cluster that was read has a ${what} "${name}"`, suggest(name, known));
}

function answersIn({ read, stage }: Scene, question: Question, matches: Matcher): readonly AnsweredDesktop[] {
  const { ask, world } = question;
  const asked = stage.workstations.filter((one) => matches(one, grantOf(read, one)));
  // Whoever reaches anything may reach anybody's: a person's question is about all desktops, a desktop's about one.
  const about = ask === "what-can-reach" ? stage.workstations : asked;
  const proof = world === "planned" ? gateOf(read).will : proveIn(stage, stage.before, about);
  return about
    .map((one) => answerAt(read, one, { proof, question, isAsked: asked.includes(one) }))
    .filter(({ ways }, index) => ways.length > 0 || (about[index] !== undefined && asked.includes(about[index])));
}

interface Asked {
  readonly proof: Proof;
  readonly question: Question;
  readonly isAsked: boolean;
}

function answerAt(read: ReadCluster, workstation: Workstation, { proof, question, isAsked }: Asked): AnsweredDesktop {
  const { namespace, person, closed } = workstation;
  const here = proof.access.filter((access) => access.workstation === namespace);
  const ways = question.ask === "who-can-reach" ? whoCanReach(here, namespace) : whatCanReach(here, question.name);
  const { gateway, mesh } = read.cluster.spec;
  const near = new Set([namespace, "", gateway.namespace, mesh.namespace]);
  const findings = isAsked ? proof.findings.filter((finding) => near.has(finding.namespace) && !isWay(finding)) : [];
  return {
    cluster: read.cluster.name,
    namespace,
    person,
    grant: grantOf(read, workstation),
    state: closed ?? "active",
    ways: ways.map(wayOf),
    findings: findings.map(findingOf),
  };
}

/** Those who get in are told as such. */
function isWay({ kind }: Finding): boolean {
  return kind === "intruder" || kind === "escape";
}

function wayOf(access: Access): AnsweredWay {
  const { who, what, meant, reach } = access;
  const [, ...way] = accessLines(access);
  return { who, what, isSure: reach.verdict === "allow", isMeant: meant, way: way.map((line) => line.trim()) };
}

function findingOf(finding: Finding): AnsweredFinding {
  const { kind, refuses } = finding;
  const [words = "", ...way] = findingLines(finding);
  return { kind, refuses, words, way: way.map((line) => line.trim()) };
}

function grantOf({ topology, cluster }: ReadCluster, { namespace }: Workstation): string | null {
  const facts = topology.grants.findLast((one) => one.namespace === namespace && one.cluster.name === cluster.name);
  return facts?.grant.address ?? null;
}

function unreadIn({ read, stage }: Scene): readonly string[] {
  return stage.unread.map(({ what, why, next }) => `${read.cluster.name}: ${what}: ${why}; ${next}`);
}

function unreadClusters({ clusters }: Topology, observation: GrantsObservation): readonly string[] {
  return clusters.flatMap(({ name }) => {
    const verdict = observation.clusters.get(name);
    return verdict === undefined || isRead(verdict) ? [] : [`${name}: ${verdict.message}; ${verdict.next}`];
  });
}
