import { describe, expect, test } from "vitest";
import type { Doors } from "../../../../src/providers/workspaces/api/doors.ts";
import { READS, WRITES } from "../../../../src/providers/workspaces/api/operations.ts";
import { createReader } from "../../../../src/providers/workspaces/api/reader.ts";
import { openClients } from "../../../../src/providers/workspaces/api/sdk.ts";
import { createWriter } from "../../../../src/providers/workspaces/api/writer.ts";
import type { DesktopOrder, WorkspacesReader, WorkspacesWriter } from "../../../../src/providers/workspaces/model.ts";

const REGION = "us-west-2";
const DIRECTORY = "d-9067012345";
const ID = "ws-1a2b3c4d5";

const ORDER: DesktopOrder = {
  directoryId: DIRECTORY,
  user: "jdoe",
  bundleId: "wsb-1a2b3c4d5",
  compute: null,
  volumes: null,
  mode: "auto-stop",
  afterIdleMinutes: 60,
  key: null,
  tags: {},
};

const CREATION = {
  ou: null,
  securityGroupId: null,
  internetAccess: false,
  localAdministrator: false,
  maintenance: true,
  instanceRoleArn: null,
};

/** One way at least to have each method call. */
const READING: { readonly [Method in keyof WorkspacesReader]: (reader: WorkspacesReader) => Promise<unknown> } = {
  accountId: (reader) => reader.accountId(REGION),
  desktops: (reader) => reader.desktops(REGION),
  desktopsById: (reader) => reader.desktopsById(REGION, [ID]),
  desktopOf: (reader) => reader.desktopOf(REGION, DIRECTORY, "jdoe"),
  directories: (reader) => reader.directories(REGION),
  taggedResources: (reader) => reader.taggedResources(REGION),
  tagsOf: (reader) => reader.tagsOf(REGION, ID),
  bundlesById: (reader) => reader.bundlesById(REGION, [ORDER.bundleId]),
  bundlesOwnedBy: (reader) => reader.bundlesOwnedBy(REGION, "amazon"),
  lastUse: (reader) => reader.lastUse(REGION, [ID]),
};

type Writes = Omit<WorkspacesWriter, keyof WorkspacesReader>;

const WRITING: { readonly [Method in keyof Writes]: readonly ((writer: WorkspacesWriter) => Promise<unknown>)[] } = {
  create: [(writer) => writer.create(REGION, [ORDER])],
  terminate: [(writer) => writer.terminate(REGION, [ID])],
  start: [(writer) => writer.start(REGION, [ID])],
  stop: [(writer) => writer.stop(REGION, [ID])],
  modify: [(writer) => writer.modify(REGION, ID, { property: "compute", value: "power" })],
  setMaintenance: [(writer) => writer.setMaintenance(REGION, ID, true)],
  migrate: [(writer) => writer.migrate(REGION, ID, ORDER.bundleId)],
  tag: [(writer) => writer.tag(REGION, ID, { Project: "RoboticsAI" })],
  untag: [(writer) => writer.untag(REGION, ID, ["Project"])],
  register: [(writer) => writer.register(REGION, { directoryId: DIRECTORY, subnetIds: null, tags: {} })],
  setCreation: [(writer) => writer.setCreation(REGION, DIRECTORY, CREATION)],
  setDevices: [(writer) => writer.setDevices(REGION, DIRECTORY, { web: "deny" })],
  setSelfService: [(writer) => writer.setSelfService(REGION, DIRECTORY, {})],
  setTransport: [(writer) => writer.setTransport(REGION, DIRECTORY, "tcp")],
  setIpGroups: [
    (writer) => writer.setIpGroups(REGION, DIRECTORY, { add: ["wsipg-1a2b3c4d5"], remove: [] }),
    (writer) => writer.setIpGroups(REGION, DIRECTORY, { add: [], remove: ["wsipg-1a2b3c4d5"] }),
  ],
};

/** Doors that note what would go out, and let nothing out. */
function noteAll(): { readonly doors: Doors; readonly seen: Set<string> } {
  const seen = new Set<string>();
  const door = {
    call: (operation: string) => {
      seen.add(operation);
      return Promise.reject(new Error("not sent"));
    },
  };
  const clients = openClients({}, undefined);
  const progress = { step: () => undefined };
  return { doors: { clients, progress, workspaces: () => door, tagging: () => door, sts: () => door }, seen };
}

describe("the operations that roles are given", () => {
  test("are all that planning sends, beside the tagging API and who one is", async () => {
    const { doors, seen } = noteAll();
    for (const read of Object.values(READING)) await expect(read(createReader(doors))).rejects.toThrow("not sent");
    expect([...seen].toSorted()).toEqual([...READS, "GetCallerIdentity", "GetResources"].toSorted());
  });

  test("are all that applying sends beside these", async () => {
    const { doors, seen } = noteAll();
    const writer = createWriter(doors, createReader(doors));
    for (const write of Object.values(WRITING).flat()) await expect(write(writer)).rejects.toThrow("not sent");
    expect([...seen].toSorted()).toEqual([...WRITES]);
  });
});
