/** What `reeve access` answers. */
import { describe, expect, test } from "vitest";
import { answerAccess, type Question } from "../../../../src/providers/grants/proof/answer.ts";
import { answerLines } from "../../../../src/providers/grants/proof/answer-lines.ts";
import { UserError } from "../../../../src/support/user-error.ts";
import { changeCluster, declare } from "../declared.ts";
import { readAs, type Situation } from "./read-as.ts";

function ask(situation: Situation, question: Omit<Question, "world"> & Partial<Question>): readonly string[] {
  const { desired } = declare(changeCluster(situation.to));
  const observation = { clusters: new Map([["lab", readAs(situation).view]]) };
  return answerLines(answerAccess(desired, observation, { world: "live", ...question }));
}

/** Without the hops. */
function heads(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => line !== "" && !line.startsWith("      "));
}

const STANDING: Situation = { from: [], to: [] };
const who = (name: string): Question => ({ ask: "who-can-reach", name, world: "live" });
const what = (name: string): Question => ({ ask: "what-can-reach", name, world: "live" });
const OPEN =
  "{apiVersion: security.istio.io/v1, kind: AuthorizationPolicy, metadata: {name: mine, namespace: ws-alice}, spec: {rules: [{}]}}";
const WITHOUT_BOB = ["people: [bob,", "people: ["];

describe("who reaches a workstation", () => {
  test.each(["alice", "ws-alice", "WorkstationGrant/alice"])("by the name %s: the person alone, hop by hop", (name) => {
    expect(ask(STANDING, who(name))).toEqual([
      `Who reaches ${name}, as things are:`,
      "",
      "ws-alice in lab: alice, by WorkstationGrant/alice, active",
      "    alice reaches ws-alice, port 8080",
      "      token: at the gateway RequestAuthentication project-x-infra/workstation-gateway accepts the token",
      "      Istio: at the gateway rule 1 of AuthorizationPolicy project-x-infra/workstation-gateway allows it",
      "      route: rule 1 of HTTPRoute ws-alice/ws takes /workstation/alice",
      "      network, out: no NetworkPolicy selects Deployment project-x-infra/workstation-gateway: open",
      "      network, in: rule 1 of NetworkPolicy ws-alice/workstation lets it in",
      "      mutual TLS: it shows an identity of the mesh",
      "      token: RequestAuthentication ws-alice/workstation accepts the token",
      "      Istio: rule 1 of AuthorizationPolicy ws-alice/workstation allows it",
    ]);
  });

  test.each<[name: string, situation: Situation, question: Question, lines: readonly string[]]>([
    [
      "a workshop's grant means all of its desktops",
      STANDING,
      who("workshop"),
      [
        "Who reaches workshop, as things are:",
        "ws-bob in lab: bob, by WorkstationGrant/workshop, active",
        "    bob reaches ws-bob, port 8080",
        "ws-eve-adams in lab: Eve.Adams@students.example.edu, by WorkstationGrant/workshop, active",
        "    Eve.Adams@students.example.edu reaches ws-eve-adams, port 8080",
      ],
    ],
    [
      "nobody, before the plan is carried out",
      { from: null, to: [] },
      who("alice"),
      [
        "Who reaches alice, as things are:",
        "ws-alice in lab: alice, by WorkstationGrant/alice, active",
        "  nobody",
        "  ! nobody reaches ws-alice, port 8080: no pod of it is among the objects",
        "  ! the gateway project-x-infra/workstation-gateway lets everybody through to the routes",
      ],
    ],
    [
      "the person, once it is",
      { from: null, to: [] },
      { ...who("alice"), world: "planned" },
      [
        "Who reaches alice, once the plan is carried out:",
        "ws-alice in lab: alice, by WorkstationGrant/alice, active",
        "    alice reaches ws-alice, port 8080",
      ],
    ],
    [
      "a desktop that no document grants any more",
      { from: [], to: WITHOUT_BOB },
      who("bob"),
      [
        "Who reaches bob, as things are:",
        "ws-bob in lab: bob, by no grant, not granted any more",
        "  ! bob reaches ws-bob, port 8080",
      ],
    ],
  ])("%s", (_name, situation, question, lines) => {
    expect(heads(ask(situation, question))).toEqual(lines);
  });

  test("others, where somebody has opened it", () => {
    const lines = heads(ask({ ...STANDING, foreign: OPEN }, who("alice")));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}! anybody with anybody else's token, at https:/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}! for any pod of project-x-infra .* Istio is no wall/));
  });
});

describe("what a person reaches", () => {
  test("the own desktop, and from there the own challenges", () => {
    const lines = heads(ask(STANDING, what("alice")));
    expect(lines.slice(0, 4)).toEqual([
      "What alice reaches, as things are:",
      "ws-alice in lab: alice, by WorkstationGrant/alice, active",
      "    alice reaches ws-alice, port 8080",
      "    the desktop of alice reaches its own challenge a pod with reeve.dev/user=alice in project-x-challenges, port 80",
    ]);
    expect(lines.join("\n")).not.toMatch(/bob|Eve.Adams|ws-eve/);
  });

  test("another's desktop, where it is open to anybody", () => {
    expect(heads(ask({ ...STANDING, foreign: OPEN }, what("bob")))).toContainEqual(
      expect.stringMatching(/^ {2}! anybody with anybody else's token, at .* reaches ws-alice, port 8080$/),
    );
  });
});

test("what could not be looked at is said", () => {
  const unread = [{ what: "desktops' pods", why: "forbidden", next: "allow it", isDecisive: true }];
  const lines = ask({ ...STANDING, unread }, who("alice"));
  expect(lines.slice(-3)).toEqual([
    "",
    "Not looked at, so that more may be reached:",
    "  lab: desktops' pods: forbidden; allow it",
  ]);
});

test.each([
  [who("alcie"), 'did you mean "alice"?'],
  [who("ws-bbo"), 'did you mean "ws-bob"?'],
  [what("ws-bob"), "known: Eve.Adams@students.example.edu, alice, bob"],
])("a name that nobody knows: %o", (question, hint) => {
  const answer = (): unknown => ask(STANDING, question);
  expect(answer).toThrow(UserError);
  expect(answer).toThrow(
    expect.objectContaining({ diagnostics: [expect.objectContaining({ code: "unknown-name", hint })] }),
  );
});
