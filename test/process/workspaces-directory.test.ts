import { WorkSpaces } from "@aws-sdk/client-workspaces";
import { expect, test } from "vitest";
import { TAGS } from "../../src/providers/workspaces/markers.ts";
import {
  actionsOf,
  type Bench,
  changeOf,
  desktop,
  directory,
  document,
  findingsOf,
  openEstate,
  outcomeOf,
  outcomesOf,
} from "../support/workspaces-estate.ts";
import { clientConfig, DIRECTORY } from "../support/workspaces-sandbox.ts";

/** The directory as the stand-in keeps it. */
function live(bench: Bench, id = DIRECTORY) {
  const found = bench.region().directories[id];
  if (found === undefined) throw new Error(`no directory ${id}`);
  return found;
}

/** Oregon is Reeve's; then its document says something more. */
async function openKept(more: string, before = ""): Promise<Bench> {
  const bench = await openEstate();
  bench.write(directory("oregon", before));
  await bench.apply();
  bench.pass(60);
  bench.forget();
  bench.write(directory("oregon", more));
  return bench;
}

function declared(name: string, annotations: string): string {
  return directory()
    .replace("name: oregon", `name: ${name}`)
    .replace(/annotations: \{.*?\}/, `annotations: { ${annotations} }`);
}

test("a registered directory is adopted only by annotation: secure settings are written, the marker first", async () => {
  const bench = await openEstate();
  bench.write(declared("oregon", "reeve.dev/owner: alice"));
  const refused = await bench.plan();
  expect(actionsOf(refused)).toEqual(["oregon adopt !exists-unmarked"]);
  expect(outcomesOf(await bench.apply({ reviewed: refused }))).toEqual(["oregon held"]);
  expect(bench.writes()).toEqual([]);

  bench.write(directory());
  const plan = await bench.plan();
  expect(changeOf(plan, "oregon")).toMatchObject({ action: "adopt", disruption: "none", waitsFor: [] });
  expect(changeOf(plan, "oregon").fields).toEqual(
    expect.arrayContaining([
      { path: "creation.localAdministrator", before: true, after: false },
      { path: "devices.android", before: "allow", after: "deny" },
      { path: "selfService.restart", before: true, after: false },
      { path: `tags["${TAGS.estate}"]`, before: null, after: "robco" },
    ]),
  );
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["oregon done"]);
  expect(bench.writes()).toEqual([
    "CreateTags",
    "ModifySelfservicePermissions",
    "ModifyWorkspaceAccessProperties",
    "ModifyWorkspaceCreationProperties",
  ]);
  expect(live(bench).tags).toMatchObject({ [TAGS.estate]: "robco", [TAGS.name]: "oregon" });
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test.each([
  {
    name: "creation properties",
    more: 'creation: { ou: "OU=Desks,DC=robco,DC=local", securityGroupId: sg-0a1b2c3d4e5f60718 }',
    fields: [
      { path: "creation.ou", before: null, after: "OU=Desks,DC=robco,DC=local" },
      { path: "creation.securityGroupId", before: null, after: "sg-0a1b2c3d4e5f60718" },
    ],
    writes: ["ModifyWorkspaceCreationProperties"],
  },
  {
    name: "devices",
    more: "devices: { web: allow }",
    fields: [{ path: "devices.web", before: "deny", after: "allow" }],
    writes: ["ModifyWorkspaceAccessProperties"],
  },
  {
    name: "self-service",
    more: "selfService: { restart: true }",
    fields: [{ path: "selfService.restart", before: false, after: true }],
    writes: ["ModifySelfservicePermissions"],
  },
  {
    name: "the transport",
    more: "streaming: { transport: udp }",
    fields: [{ path: "streaming", before: null, after: "udp" }],
    writes: ["ModifyStreamingProperties"],
  },
  {
    name: "tags",
    more: "tags: { Site: PDX }",
    fields: [{ path: "tags.Site", before: null, after: "PDX" }],
    writes: ["CreateTags"],
  },
])("$name change in one call, the others stay untouched, and read back", async ({ more, fields, writes }) => {
  const bench = await openKept(more);
  const plan = await bench.plan();
  expect(changeOf(plan, "oregon")).toMatchObject({
    action: "update",
    fields,
    reason: "it differs from its declaration",
  });
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["oregon done"]);
  expect(bench.writes()).toEqual(writes);
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("IP groups come and go; a directory whose document says nothing of them keeps them", async () => {
  const bench = await openKept("");
  const client = new WorkSpaces(clientConfig(bench.sandbox.endpoint));
  const { GroupId: office = "" } = await client.createIpGroup({ GroupName: "office" });
  const { GroupId: plant = "" } = await client.createIpGroup({ GroupName: "plant" });
  client.destroy();
  live(bench).wire.ipGroupIds = [office];
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.forget();
  bench.write(directory("oregon", `ipGroups: [${plant}]`), desktop("jdoe"));
  await bench.apply();
  expect(bench.writes().slice(0, 2)).toEqual(["AssociateIpGroups", "DisassociateIpGroups"]);
  expect(live(bench).wire.ipGroupIds).toEqual([plant]);
  expect(actionsOf(await bench.plan())).toEqual([]);
  bench.write(directory("oregon", "ipGroups: []"), desktop("jdoe"));
  expect(changeOf(await bench.plan(), "oregon")).toMatchObject({
    disruption: "interrupts",
    impact: ["who connects from a client or network that is no longer allowed cannot log in again"],
  });
  await bench.apply();
  expect(live(bench).wire.ipGroupIds).toEqual([]);
});

test("creation properties reach only new desktops: the change says whom not, and the plan lists them from then on", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("ann"), desktop("ben"));
  await bench.apply();
  const moved = directory("oregon", 'creation: { ou: "OU=New,DC=robco,DC=local" }');
  bench.pass(60);
  bench.write(moved, desktop("ann"), desktop("ben"));
  const plan = await bench.plan();
  expect(changeOf(plan, "oregon").impact).toEqual([
    "only desktops that are made or rebuilt from now on get creation properties; not ann, ben",
  ]);
  await bench.apply({ reviewed: plan });
  bench.write(moved, desktop("ann"), desktop("ben"), desktop("cat"));
  await bench.apply();
  expect(findingsOf(await bench.plan())).toEqual([
    "notice not-conforming: 2 desktops were made with other creation properties and keep them: ann, ben",
  ]);
});

test("desktops that are made in the same apply as their directory's new properties conform", async () => {
  const bench = await openEstate();
  bench.write(directory("oregon", 'creation: { ou: "OU=New,DC=robco,DC=local" }'), desktop("ann"));
  await bench.apply();
  const plan = await bench.plan();
  expect([actionsOf(plan), findingsOf(plan)]).toEqual([[], []]);
});

const FRESH = "d-90670000aa";

function fresh(): string {
  const spec = `region: us-west-2, directoryId: ${FRESH}, subnetIds: [subnet-0a1b2c3d4e5f60718, subnet-0b1c2d3e4f5061728], bundles: { standard: wsb-wstandarduswest2 }`;
  return document("WorkspaceDirectory", "fresh", spec);
}

test("a directory that is not registered is registered, waited for and secured before desktops are made in it", async () => {
  const bench = await openEstate();
  bench.write(fresh(), desktop("jdoe", { placement: "directory: fresh" }));
  const plan = await bench.plan();
  expect(changeOf(plan, "fresh")).toMatchObject({
    action: "create",
    reason: `${FRESH} is not registered with WorkSpaces in us-west-2`,
    waitsFor: ["its registration: some minutes"],
  });
  expect(changeOf(plan, "jdoe").dependsOn).toEqual(["WorkspaceDirectory/fresh"]);
  expect(outcomesOf(await bench.apply({ reviewed: plan }))).toEqual(["fresh done", "jdoe done"]);
  expect(bench.writes()).toEqual([
    "RegisterWorkspaceDirectory",
    "ModifySelfservicePermissions",
    "ModifyWorkspaceAccessProperties",
    "ModifyWorkspaceCreationProperties",
    "CreateWorkspaces",
    "CreateTags",
  ]);
  expect(live(bench, FRESH).tags).toMatchObject({ [TAGS.estate]: "robco", [TAGS.name]: "fresh" });
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test.each(["drop-after", "error-after", "truncated"] as const)(
  "a registration whose answer is lost (%s) is waited for",
  async (kind) => {
    const bench = await openEstate();
    bench.write(fresh());
    bench.inject({ operation: "RegisterWorkspaceDirectory", kind });
    expect(outcomesOf(await bench.apply())).toEqual(["fresh done"]);
    expect(bench.writes().filter((one) => one === "RegisterWorkspaceDirectory")).toHaveLength(1);
    expect(actionsOf(await bench.plan())).toEqual([]);
  },
);

test("a directory that cannot be set up: its desktops wait, those of another are made", async () => {
  const bench = await openEstate();
  bench.write(directory(), desktop("ann"), fresh(), desktop("ben", { placement: "directory: fresh" }));
  bench.inject({ operation: "RegisterWorkspaceDirectory", kind: "denied-iam" });
  const report = await bench.apply();
  expect(outcomesOf(report)).toEqual(["fresh failed denied", "oregon done", "ann done", "ben skipped"]);
  expect(outcomeOf(report, "ben")).toMatch(/^depends on WorkspaceDirectory\/fresh, which was not done/);
  expect(actionsOf(await bench.plan())).toEqual(["fresh create", "ben create"]);
});

test("a directory whose document is gone is never deregistered", async () => {
  const bench = await openKept("");
  bench.write(directory("virginia"));
  expect(actionsOf(await bench.plan())).toEqual(["virginia adopt"]);
  await bench.apply();
  expect(live(bench).wire.State).toBe("REGISTERED");
});

test("settings that a document does not know are left alone", async () => {
  const bench = await openKept("devices: { web: allow }");
  live(bench).wire.SamlProperties = { Status: "ENABLED", UserAccessUrl: "https://idp.example.com" };
  live(bench).wire.WorkspaceCreationProperties["DefaultOu"] = "OU=Theirs,DC=robco,DC=local";
  live(bench).tags = { ...live(bench).tags, Owner: "eve" };
  await bench.apply();
  expect(live(bench).wire.SamlProperties).toEqual({ Status: "ENABLED", UserAccessUrl: "https://idp.example.com" });
  expect(live(bench).wire.WorkspaceCreationProperties["DefaultOu"]).toBe("OU=Theirs,DC=robco,DC=local");
  expect(live(bench).tags["Owner"]).toBe("eve");
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("where AWS replaces what a call does not send, nothing is lost", async () => {
  const bench = await openEstate({ rules: { directoryChanges: "replace" } });
  bench.write(directory("oregon", "streaming: { transport: tcp }"));
  live(bench).wire.WorkspaceCreationProperties["DefaultOu"] = "OU=Theirs,DC=robco,DC=local";
  await bench.apply();
  expect(live(bench).wire.WorkspaceCreationProperties["DefaultOu"]).toBe("OU=Theirs,DC=robco,DC=local");
  expect(actionsOf(await bench.plan())).toEqual([]);
});

test("another estate's directory is an error, and nothing in it is changed", async () => {
  const bench = await openEstate();
  live(bench).tags = { [TAGS.estate]: "other", [TAGS.name]: "oregon" };
  bench.write(directory());
  const plan = await bench.plan();
  expect(actionsOf(plan)).toEqual([]);
  expect(findingsOf(plan)).toEqual([`error foreign-marker: ${DIRECTORY} belongs to the estate "other"`]);
  await bench.apply();
  expect(bench.writes()).toEqual([]);
});
