import fc from "fast-check";
import { expect, test } from "vitest";
import { ACTS, type Act } from "../../src/sandbox/workspaces/act.ts";
import { AUTO_STOP, ask, course, idOf, made, stateOf } from "./ask.ts";
import { smallWorld } from "./world.ts";

test("a create takes up to twenty minutes, up to sixty with an encrypted root volume", () => {
  const world = smallWorld();
  world.create("jdoe");
  world.pass(15 * 60);
  expect(stateOf(world)).toBe("PENDING");
  world.pass(5 * 60);
  expect(stateOf(world)).toBe("AVAILABLE");
  world.create("encrypted", { RootVolumeEncryptionEnabled: true, VolumeEncryptionKey: "arn:aws:kms:key" });
  world.pass(40 * 60);
  expect(stateOf(world, "encrypted")).toBe("PENDING");
  world.pass(20 * 60);
  expect(stateOf(world, "encrypted")).toBe("AVAILABLE");
});

test("a failed create ends in ERROR and holds its user's slot until it is gone", () => {
  const world = smallWorld();
  world.create("jdoe", {}, "ends-in-error");
  world.pass(1200);
  expect(stateOf(world)).toBe("ERROR");
  expect(world.create("JDoe").FailedRequests[0]?.ErrorCode).toBe("ResourceExists.WorkSpace");
  expect(ask(world, "RebuildWorkspaces", { RebuildWorkspaceRequests: [{ WorkspaceId: idOf(world) }] })).toBe(
    "OperationNotSupported.WorkSpace",
  );
  expect(ask(world, "TerminateWorkspaces", { TerminateWorkspaceRequests: [{ WorkspaceId: idOf(world) }] })).toBe("ok");
  expect(world.create("jdoe").FailedRequests[0]?.ErrorCode).toBe("ResourceExists.WorkSpace");
  world.pass(301);
  expect(stateOf(world)).toBe("TERMINATED");
  expect(world.create("jdoe").FailedRequests[0]?.ErrorCode).toBe("ResourceExists.WorkSpace");
  world.pass(15);
  expect(world.create("jdoe").FailedRequests).toEqual([]);
});

test("AUTO_STOP stops when nobody has been connected for its time, and a login wakes it", () => {
  const world = smallWorld();
  world.create("jdoe", AUTO_STOP);
  expect(course(world, 90)).toEqual(["PENDING", "AVAILABLE", "STOPPING", "STOPPED"]);
  const desktop = world.desktop("jdoe");
  if (desktop === undefined) throw new Error("no desktop");
  ACTS.login.act(world.call(), desktop);
  expect(course(world, 600)).toEqual(["STARTING", "AVAILABLE"]);
  ACTS.logout.act(world.call(), desktop);
  expect(course(world, 90)).toEqual(["AVAILABLE", "STOPPING", "STOPPED"]);
});

test.each([
  { name: "ALWAYS_ON cannot stop", over: {}, op: "StopWorkspaces", expect: "InvalidRunningMode.WorkSpace" },
  {
    name: "a running one does not start",
    over: AUTO_STOP,
    op: "StartWorkspaces",
    expect: "InvalidResourceState.WorkSpace",
  },
  { name: "a running one reboots", over: {}, op: "RebootWorkspaces", expect: "ok" },
])("$name", ({ over, op, expect: code }) => {
  const world = smallWorld();
  world.create("jdoe", over);
  world.pass(1200);
  const member = `${op.slice(0, -10)}WorkspaceRequests`;
  expect(ask(world, op, { [member]: [{ WorkspaceId: idOf(world) }] })).toBe(code);
});

test.each([
  { name: "a migration brings a new id and keeps tags", faults: [], users: 1, bundle: "wsb-wperformanceuswest2" },
  { name: "a migration that fails says nothing", faults: ["silent-failure"], users: 1, bundle: "wsb-wstandarduswest2" },
] as const)("$name", ({ faults, bundle }) => {
  const world = made({ Tags: [{ Key: "k", Value: "v" }] });
  const before = idOf(world);
  const input = { SourceWorkspaceId: before, BundleId: "wsb-wperformanceuswest2" };
  expect(ask(world, "MigrateWorkspace", input)).toBe("OperationNotSupportedException");
  world.pass(12 * 3600);
  expect(ask(world, "MigrateWorkspace", input, ...faults)).toBe("ok");
  world.pass(3600);
  const after = world.desktop("jdoe");
  expect([after?.wire.State, after?.wire.BundleId, after?.tags]).toEqual(["AVAILABLE", bundle, { k: "v" }]);
  expect(after?.wire.WorkspaceId === before).toBe(faults.length > 0);
});

test("administrator maintenance: from AVAILABLE, and nothing else goes on in it", () => {
  const world = made();
  const WorkspaceId = idOf(world);
  expect(ask(world, "ModifyWorkspaceState", { WorkspaceId, WorkspaceState: "ADMIN_MAINTENANCE" })).toBe("ok");
  expect(ask(world, "RebootWorkspaces", { RebootWorkspaceRequests: [{ WorkspaceId }] })).toBe(
    "InvalidResourceState.WorkSpace",
  );
  expect(ask(world, "ModifyWorkspaceState", { WorkspaceId, WorkspaceState: "AVAILABLE" })).toBe("ok");
  expect(stateOf(world)).toBe("AVAILABLE");
});

test("the maintenance window wakes stopped AUTO_STOP desktops for an hour", () => {
  const world = smallWorld({ hasMaintenance: true });
  world.create("jdoe", AUTO_STOP);
  expect(course(world, 31 * 24 * 60)).toEqual([
    "PENDING",
    "AVAILABLE",
    "STOPPING",
    "STOPPED",
    "MAINTENANCE",
    "STOPPED",
  ]);
});

test("a disabled key shows at the next boot", () => {
  const world = made();
  const desktop = world.desktop("jdoe");
  if (desktop === undefined) throw new Error("no desktop");
  ACTS["disable-key"].act(world.call(), desktop);
  ask(world, "RebootWorkspaces", { RebootWorkspaceRequests: [{ WorkspaceId: idOf(world) }] });
  expect(course(world, 10)).toEqual(["REBOOTING", "UNHEALTHY"]);
});

test.each([
  { rule: "quotaRefuses", value: "call", expect: "ResourceLimitExceededException" },
  { rule: "quotaRefuses", value: "item", expect: "ResourceLimitExceeded.WorkSpace" },
])("the quota refuses by $value", ({ rule, value, expect: code }) => {
  const world = smallWorld({ [rule]: value }, 1);
  world.create("first");
  const Workspaces = [{ DirectoryId: "d-9067012345", UserName: "second", BundleId: "wsb-wstandarduswest2" }];
  expect(ask(world, "CreateWorkspaces", { Workspaces })).toBe(code);
});

test.each([
  {
    name: "merge",
    expect: { EnableInternetAccess: true, UserEnabledAsLocalAdministrator: true, EnableMaintenanceMode: true },
  },
  { name: "replace", expect: { EnableInternetAccess: true } },
] as const)("a directory's settings $name", ({ name, expect: settings }) => {
  const world = smallWorld({ directoryChanges: name });
  const WorkspaceCreationProperties = { EnableInternetAccess: true };
  expect(
    ask(world, "ModifyWorkspaceCreationProperties", { ResourceId: "d-9067012345", WorkspaceCreationProperties }),
  ).toBe("ok");
  expect(world.call().region.directories["d-9067012345"]?.wire.WorkspaceCreationProperties).toEqual(settings);
});

const USERS = ["ann", "ANN", "bob"] as const;
const VERBS = ["Start", "Stop", "Reboot", "Rebuild", "Terminate"] as const;

/** Whatever people, the service and its clients do: one desktop a user, timers in order, and no call breaks. */
test("the slot of a user is held by one desktop, whatever happens", () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant("create" as const), user: fc.constantFrom(...USERS), fails: fc.boolean() }),
    fc.record({ do: fc.constant("power" as const), user: fc.constantFrom(...USERS), verb: fc.constantFrom(...VERBS) }),
    fc.record({
      do: fc.constant("act" as const),
      user: fc.constantFrom(...USERS),
      act: fc.constantFrom(...(Object.keys(ACTS) as Act[]).filter((act) => !act.startsWith("user-"))),
    }),
    fc.record({ do: fc.constant("pass" as const), seconds: fc.integer({ min: 1, max: 90_000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const world = smallWorld({ hasMaintenance: true });
      for (const one of steps) {
        if (one.do === "create") world.create(one.user, AUTO_STOP, ...(one.fails ? (["ends-in-error"] as const) : []));
        if (one.do === "pass") world.pass(one.seconds);
        if (one.do === "power") {
          const member = `${one.verb}WorkspaceRequests`;
          ask(world, `${one.verb}Workspaces`, { [member]: [{ WorkspaceId: idOf(world, one.user) }] });
        }
        const desktop = one.do === "act" ? world.desktop(one.user) : undefined;
        if (one.do === "act" && desktop !== undefined) ACTS[one.act].act(world.call(), desktop);
        const { desktops, timers } = world.call().region;
        const slots = Object.values(desktops).map(({ wire }) => wire.UserName.toLowerCase());
        expect(new Set(slots).size).toBe(slots.length);
        expect(timers.map(({ at }) => at)).toEqual(timers.map(({ at }) => at).toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 200 },
  );
});
