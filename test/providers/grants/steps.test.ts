/** What may go out whatever else is refused. */
import { expect, test } from "vitest";
import { type ApplyStep, isClosing } from "../../../src/providers/grants/steps.ts";

const object = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "workstation", namespace: "ws-alice" },
};
const foreign = { pointer: "/spec/egress", manager: "eve" };
const theirs = { path: "NetworkPolicy ws-alice/workstation /spec/egress", before: "set by eve", after: null };
const ours = { path: "NetworkPolicy ws-alice/workstation.spec.ingress", before: null, after: [{}] };

function policy(over: Pick<ApplyStep, "fields" | "foreign">): ApplyStep {
  const resource = { kind: "WorkstationGrant", name: "alice" } as ApplyStep["rendered"]["source"];
  const rendered = { object, order: 70, mutability: "mutable" as const, source: resource };
  return { do: "apply", rendered, live: object, isUnasked: false, inTheWay: null, isAdopted: false, ...over };
}

test.each([
  ["others' fields alone are taken out", { fields: [theirs], foreign: [foreign] }, true],
  ["a policy that is rendered otherwise may open something", { fields: [ours], foreign: [] }, false],
  ["others' fields do not carry it along", { fields: [ours, theirs], foreign: [foreign] }, false],
])("%s", (_name, over, isClosed) => expect(isClosing(policy(over))).toBe(isClosed));
