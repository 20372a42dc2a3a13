import { paginateDescribeWorkspaces, WorkSpaces } from "@aws-sdk/client-workspaces";
import { expect, test } from "vitest";
import { BUNDLE, clientConfig, DIRECTORY, openBench, outcomeOf } from "../support/workspaces-sandbox.ts";

function users(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `user-${index}`);
}

function request(UserName: string, over: object = {}): { DirectoryId: string; UserName: string; BundleId: string } {
  return { DirectoryId: DIRECTORY, UserName, BundleId: BUNDLE, ...over };
}

test("a batch with good and bad items: each bad one by its code, in no order, the good ones made", async () => {
  await using bench = await openBench();
  await bench.create("taken");
  await fetch(`${bench.sandbox.endpoint}/_sandbox/users`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ missing: "nobody" }),
  });
  const volumes = (root: number, user: number): object => ({
    WorkspaceProperties: { RootVolumeSizeGib: root, UserVolumeSizeGib: user },
  });
  const { FailedRequests = [], PendingRequests = [] } = await bench.client.createWorkspaces({
    Workspaces: [
      request("good"),
      request("TAKEN"),
      request("nobody"),
      request("lost", { DirectoryId: "d-0000000000" }),
      request("bare", { BundleId: "wsb-000000000" }),
      request("-linux", { BundleId: "wsb-ustandarduswest2" }),
      request("always", { WorkspaceProperties: { RunningMode: "ALWAYS_ON", RunningModeAutoStopTimeoutInMinutes: 60 } }),
      request("odd", { WorkspaceProperties: { RunningMode: "AUTO_STOP", RunningModeAutoStopTimeoutInMinutes: 90 } }),
      request("pair", volumes(80, 60)),
      request("key", { RootVolumeEncryptionEnabled: true }),
      request("value", { WorkspaceProperties: { ComputeTypeName: "VALUE" } }),
      request("also-good", volumes(175, 100)),
    ],
  });
  const codes = FailedRequests.map(({ WorkspaceRequest, ErrorCode }) => [WorkspaceRequest?.UserName, ErrorCode]);
  expect(Object.fromEntries(codes)).toEqual({
    "-linux": "InvalidUserConfiguration.Workspace",
    TAKEN: "ResourceExists.WorkSpace",
    nobody: "ResourceNotFound.User",
    lost: "ResourceNotFound.Directory",
    bare: "ResourceNotFound.Bundle",
    always: "AutoStopTimeoutIsNotApplicableForAnAlwaysOnWorkspace",
    odd: "InvalidParameterValues.AutoStopTimeout",
    pair: "InvalidParameterValues.VolumeSize",
    key: "InvalidParameterValues.VolumeEncryptionKey",
    value: "InvalidParameterValues.ComputeType",
  });
  expect(codes.map(([user]) => user)).not.toEqual([
    "TAKEN",
    "nobody",
    "lost",
    "bare",
    "-linux",
    "always",
    "odd",
    "pair",
    "key",
    "value",
  ]);
  expect(new Set(PendingRequests.map(({ UserName }) => UserName))).toEqual(new Set(["also-good", "good"]));
});

test.each([
  { name: "no item", workspaces: [] },
  { name: "26 items", workspaces: users(26).map((user) => request(user)) },
  { name: "a protocol of no enum", workspaces: [request("a", { WorkspaceProperties: { Protocols: ["DCV"] } })] },
])("CreateWorkspaces of $name is a ValidationException", async ({ workspaces }) => {
  await using bench = await openBench();
  expect(await outcomeOf(bench.client.createWorkspaces({ Workspaces: workspaces }))).toBe("ValidationException");
});

test("the account's quota is 1 a region until it is raised", async () => {
  await using bench = await openBench({ quota: 1 });
  expect(await outcomeOf(bench.client.createWorkspaces({ Workspaces: [request("a"), request("b")] }))).toBe(
    "ResourceLimitExceededException",
  );
  await bench.create("a");
  expect(await outcomeOf(bench.client.createWorkspaces({ Workspaces: [request("b")] }))).toBe(
    "ResourceLimitExceededException",
  );
});

test("pages of 25 at most, in no order, all of them; the paginator ends", async () => {
  await using bench = await openBench({ rules: { emptyPages: 0.3, repeatedItems: 0.3 } });
  for (const start of [0, 25, 50]) await bench.create(...users(75).slice(start, start + 25));
  const seen: string[] = [];
  for await (const page of paginateDescribeWorkspaces({ client: bench.client, stopOnSameToken: true }, {})) {
    expect(page.Workspaces?.length).toBeLessThanOrEqual(25);
    seen.push(...(page.Workspaces ?? []).map(({ UserName }) => UserName ?? ""));
  }
  expect([...new Set(seen)].toSorted()).toEqual(users(75).toSorted());
  expect(seen.slice(0, 25)).not.toEqual(users(25));
});

test.each([
  {
    name: "two filters",
    input: { DirectoryId: DIRECTORY, BundleId: BUNDLE },
    error: "InvalidParameterValuesException",
  },
  { name: "a user without a directory", input: { UserName: "a" }, error: "InvalidParameterValuesException" },
  { name: "26 ids", input: { WorkspaceIds: users(26).map(() => "ws-000000000") }, error: "ValidationException" },
  { name: "what is no id", input: { WorkspaceIds: ["desktop"] }, error: "ValidationException" },
  { name: "Limit 26", input: { Limit: 26 }, error: "ValidationException" },
  { name: "a token of nobody", input: { NextToken: "x" }, error: "InvalidParameterValuesException" },
  { name: "an unknown id", input: { WorkspaceIds: ["ws-000000000"] }, error: "ok" },
])("DescribeWorkspaces with $name: $error", async ({ input, error }) => {
  await using bench = await openBench();
  expect(await outcomeOf(bench.client.describeWorkspaces(input))).toBe(error);
});

test("a new id is invisible for a while: an empty list, no tags, then there", async () => {
  await using bench = await openBench({ rules: { invisibleSeconds: 10, taggingLagSeconds: 30 } });
  const [id = ""] = await bench.create("jdoe");
  const Tags = [{ Key: "k", Value: "v" }];
  const find = async (): Promise<number> =>
    (await bench.client.describeWorkspaces({ DirectoryId: DIRECTORY, UserName: "JDOE" })).Workspaces?.length ?? 0;
  expect(await find()).toBe(0);
  expect(await outcomeOf(bench.client.createTags({ ResourceId: id, Tags }))).toBe("ResourceNotFoundException");
  bench.sandbox.advance(11);
  expect(await find()).toBe(1);
  expect(await outcomeOf(bench.client.createTags({ ResourceId: id, Tags }))).toBe("ok");
  expect((await bench.tagging.getResources({})).ResourceTagMappingList).toEqual([]);
  bench.sandbox.advance(31);
  expect(
    (await bench.tagging.getResources({ TagFilters: [{ Key: "k", Values: ["v"] }] })).ResourceTagMappingList,
  ).toEqual([{ ResourceARN: `arn:aws:workspaces:us-west-2:123456789012:workspace/${id}`, Tags }]);
});

test("reads may be stale after a write, and are right in the end", async () => {
  await using bench = await openBench({ rules: { staleSeconds: 60 } });
  const [id = ""] = await bench.create("jdoe");
  bench.sandbox.advance(1300);
  await bench.client.modifyWorkspaceProperties({ WorkspaceId: id, WorkspaceProperties: { RunningMode: "AUTO_STOP" } });
  const modes = new Set<string | undefined>();
  for (let read = 0; read < 30; read += 1) modes.add((await bench.properties(id))?.RunningMode);
  expect(modes).toEqual(new Set(["ALWAYS_ON", "AUTO_STOP"]));
  bench.sandbox.advance(61);
  for (let read = 0; read < 10; read += 1) expect((await bench.properties(id))?.RunningMode).toBe("AUTO_STOP");
});

test("directories: every group of settings round-trips; IP groups; a directory with desktops stays", async () => {
  await using bench = await openBench();
  const { client } = bench;
  const ResourceId = DIRECTORY;
  await client.modifyWorkspaceCreationProperties({
    ResourceId,
    WorkspaceCreationProperties: { DefaultOu: "OU=Desks,DC=robco,DC=local", UserEnabledAsLocalAdministrator: false },
  });
  await client.modifyWorkspaceAccessProperties({ ResourceId, WorkspaceAccessProperties: { DeviceTypeIos: "DENY" } });
  await client.modifySelfservicePermissions({ ResourceId, SelfservicePermissions: { RestartWorkspace: "DISABLED" } });
  await client.modifyStreamingProperties({
    ResourceId,
    StreamingProperties: { StreamingExperiencePreferredProtocol: "TCP" },
  });
  await client.modifySamlProperties({
    ResourceId,
    SamlProperties: {
      Status: "ENABLED",
      UserAccessUrl: "https://idp.example.com",
      RelayStateParameterName: "RelayState",
    },
  });
  await client.modifyCertificateBasedAuthProperties({
    ResourceId,
    CertificateBasedAuthProperties: { Status: "ENABLED", CertificateAuthorityArn: "arn:aws:acm-pca:x" },
  });
  await client.modifySamlProperties({ ResourceId, PropertiesToDelete: ["SAML_PROPERTIES_USER_ACCESS_URL"] });
  const { GroupId = "" } = await client.createIpGroup({ GroupName: "office", UserRules: [{ ipRule: "192.0.2.0/24" }] });
  await client.associateIpGroups({ DirectoryId: DIRECTORY, GroupIds: [GroupId] });
  const { Directories = [] } = await client.describeWorkspaceDirectories({ DirectoryIds: [DIRECTORY] });
  expect(Directories[0]).toMatchObject({
    State: "REGISTERED",
    ipGroupIds: [GroupId],
    WorkspaceCreationProperties: { DefaultOu: "OU=Desks,DC=robco,DC=local", UserEnabledAsLocalAdministrator: false },
    WorkspaceAccessProperties: { DeviceTypeIos: "DENY", DeviceTypeWindows: "ALLOW" },
    SelfservicePermissions: { RestartWorkspace: "DISABLED" },
    StreamingProperties: { StreamingExperiencePreferredProtocol: "TCP" },
    SamlProperties: { Status: "ENABLED", RelayStateParameterName: "RelayState" },
    CertificateBasedAuthProperties: { Status: "ENABLED", CertificateAuthorityArn: "arn:aws:acm-pca:x" },
  });
  expect(Directories[0]?.SamlProperties?.UserAccessUrl).toBeUndefined();
  await bench.create("jdoe");
  expect(await outcomeOf(client.deregisterWorkspaceDirectory({ DirectoryId: DIRECTORY }))).toBe(
    "OperationNotSupportedException",
  );
  expect(await outcomeOf(client.registerWorkspaceDirectory({ DirectoryId: DIRECTORY }))).toBe(
    "ResourceAlreadyExistsException",
  );
  await client.registerWorkspaceDirectory({
    DirectoryId: "d-90670000aa",
    SubnetIds: ["subnet-0a1b2c3d"],
    Tenancy: "SHARED",
  });
  bench.sandbox.advance(121);
  expect((await client.describeWorkspaceDirectories({})).Directories?.length).toBe(2);
});

test("bundles: Amazon's by owner, the account's own without one, capacities as strings, no field for the protocol", async () => {
  await using bench = await openBench();
  const amazon = (await bench.client.describeWorkspaceBundles({ Owner: "AMAZON" })).Bundles ?? [];
  const own = (await bench.client.describeWorkspaceBundles({})).Bundles ?? [];
  expect([amazon.length, own.map(({ Name }) => Name)]).toEqual([15, ["robotics-developer"]]);
  expect(amazon.find(({ BundleId }) => BundleId === BUNDLE)).toMatchObject({
    RootStorage: { Capacity: "80" },
    UserStorage: { Capacity: "50" },
    ComputeType: { Name: "STANDARD" },
  });
});

test("who has never logged in has no time of it; a login shows, a stopped desktop is UNKNOWN", async () => {
  await using bench = await openBench();
  const [id = ""] = await bench.create("jdoe");
  bench.sandbox.advance(1300);
  const act = (name: string): Promise<Response> =>
    fetch(`${bench.sandbox.endpoint}/_sandbox/act`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ act: name, desktop: "jdoe" }),
    });
  const status = async (): Promise<readonly unknown[]> => {
    const { WorkspacesConnectionStatus = [] } = await bench.client.describeWorkspacesConnectionStatus({
      WorkspaceIds: [id],
    });
    const [one] = WorkspacesConnectionStatus;
    return [one?.ConnectionState, one?.LastKnownUserConnectionTimestamp !== undefined];
  };
  expect(await status()).toEqual(["DISCONNECTED", false]);
  await act("login");
  expect(await status()).toEqual(["CONNECTED", true]);
  await act("stop");
  expect(await status()).toEqual(["UNKNOWN", true]);
  const { RebuildSnapshots = [] } = await bench.client.describeWorkspaceSnapshots({ WorkspaceId: id });
  expect(RebuildSnapshots.length).toBe(1);
});

test.each([
  { name: "51 tags", tags: users(51).map((Key) => ({ Key, Value: "v" })), error: "ResourceLimitExceededException" },
  { name: "a key of 128", tags: [{ Key: "k".repeat(128), Value: "v" }], error: "ValidationException" },
  { name: "a value of 256", tags: [{ Key: "k", Value: "v".repeat(256) }], error: "ValidationException" },
  { name: "aws:", tags: [{ Key: "aws:x", Value: "v" }], error: "InvalidParameterValuesException" },
  { name: "a bad character", tags: [{ Key: "k", Value: "a;b" }], error: "InvalidParameterValuesException" },
  { name: "all that is allowed", tags: [{ Key: "Aé 1+-=._:/@", Value: "" }], error: "ok" },
])("tags: $name is $error", async ({ tags, error }) => {
  await using bench = await openBench();
  const [id = ""] = await bench.create("jdoe");
  expect(await outcomeOf(bench.client.createTags({ ResourceId: id, Tags: tags }))).toBe(error);
});

test("pools are closed to new customers, even to look at; another region is not there at all", async () => {
  await using bench = await openBench();
  expect(await outcomeOf(bench.client.describeWorkspacesPools({}))).toBe("AccessDeniedException");
  const paris = new WorkSpaces({ ...clientConfig(bench.sandbox.endpoint), region: "eu-west-3" });
  expect(await outcomeOf(paris.describeWorkspaces({}))).toBe("AccessDeniedException");
  paris.destroy();
});

test("no signature is refused; STS says who asks; the console takes nothing from a browser", async () => {
  await using bench = await openBench();
  const { endpoint } = bench.sandbox;
  const unsigned = await fetch(endpoint, {
    method: "POST",
    headers: { "x-amz-target": "WorkspacesService.DescribeWorkspaces" },
  });
  expect(unsigned.status).toBe(403);
  const authorization =
    "AWS4-HMAC-SHA256 Credential=X/20261124/us-west-2/sts/aws4_request, SignedHeaders=host, Signature=0";
  const identity = await fetch(endpoint, {
    method: "POST",
    headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  });
  expect(await identity.text()).toContain("<Account>123456789012</Account>");
  const browser = await fetch(`${endpoint}/_sandbox/reset`, {
    method: "POST",
    body: "{}",
    headers: { origin: "https://x" },
  });
  expect(browser.status).toBe(403);
});

test.each([
  { path: "/offers/v1.0/aws/AmazonWorkSpaces/current/region_index.json", status: 200 },
  { path: "/offers/v1.0/aws/AmazonWorkSpaces/current/eu-west-1/index.json", status: 200 },
  { path: "/offers/v1.0/aws/AmazonWorkSpaces/current/eu-west-9/index.json", status: 404 },
])("the price list's files need no signature: $path is $status", async ({ path, status }) => {
  await using bench = await openBench();
  expect((await fetch(`${bench.sandbox.endpoint}${path}`)).status).toBe(status);
});
