import { STS } from "@aws-sdk/client-sts";
import { WorkSpaces } from "@aws-sdk/client-workspaces";
import { expect, test } from "vitest";
import { type Bench, clientConfig, openBench, outcomeOf } from "../support/workspaces-sandbox.ts";

const ROLE = "arn:aws:iam::210987654321:role/desktops/reeve-plan";

/** The real SDK's client, closed with the bench that it asks. */
async function withSts<Result>(bench: Bench, run: (sts: STS) => Promise<Result>, over: object = {}): Promise<Result> {
  const sts = new STS({ ...clientConfig(bench.sandbox.endpoint), ...over });
  try {
    return await run(sts);
  } finally {
    sts.destroy();
  }
}

test("a role is assumed: who has its keys is the role, in the role's account, and may call", async () => {
  await using bench = await openBench();
  const own = await withSts(bench, (sts) => sts.getCallerIdentity({}));
  expect([own.Account, own.Arn]).toEqual(["123456789012", "arn:aws:iam::123456789012:user/reeve"]);
  const { Credentials, AssumedRoleUser } = await withSts(bench, (sts) =>
    sts.assumeRole({ RoleArn: ROLE, RoleSessionName: "reeve" }),
  );
  const credentials = {
    accessKeyId: Credentials?.AccessKeyId ?? "",
    secretAccessKey: Credentials?.SecretAccessKey ?? "",
    sessionToken: Credentials?.SessionToken ?? "",
  };
  const assumed = await withSts(bench, (sts) => sts.getCallerIdentity({}), { credentials });
  expect([assumed.Account, assumed.Arn]).toEqual([
    "210987654321",
    "arn:aws:sts::210987654321:assumed-role/reeve-plan/reeve",
  ]);
  expect(AssumedRoleUser?.Arn).toBe(assumed.Arn);
  const client = new WorkSpaces({ ...clientConfig(bench.sandbox.endpoint), credentials });
  expect(await outcomeOf(client.describeWorkspaces({}))).toBe("ok");
  client.destroy();
  expect(bench.sandbox.log.writes()).toEqual([]);
});

test("temporary keys expire by the client's clock, and made-up ones are refused", async () => {
  let now = Date.UTC(2026, 10, 24);
  await using bench = await openBench({ realNow: () => now });
  const { Credentials } = await withSts(bench, (sts) =>
    sts.assumeRole({ RoleArn: ROLE, RoleSessionName: "reeve", DurationSeconds: 900 }),
  );
  expect(Credentials?.Expiration).toEqual(new Date(now + 900_000));
  const sign = (accessKeyId: string) => ({ credentials: { accessKeyId, secretAccessKey: "s", sessionToken: "t" } });
  const ask = (accessKeyId: string): Promise<string> =>
    withSts(bench, (sts) => outcomeOf(sts.getCallerIdentity({})), sign(accessKeyId));
  const key = Credentials?.AccessKeyId ?? "";
  expect(await ask(key)).toBe("ok");
  now += 900_000;
  expect(await ask(key)).toMatch(/^ExpiredToken/);
  expect(await ask("ASIANOBODYGAVETHISOUT")).toBe("InvalidClientTokenId");
  const client = new WorkSpaces({ ...clientConfig(bench.sandbox.endpoint), ...sign(key) });
  expect(await outcomeOf(client.describeWorkspaces({}))).toBe("ExpiredTokenException");
  client.destroy();
});

test.each([
  { name: "no role's name", input: { RoleArn: "arn:aws:iam::123456789012:user/reeve", RoleSessionName: "reeve" } },
  { name: "a session name with a blank", input: { RoleArn: ROLE, RoleSessionName: "a b" } },
  { name: "a minute", input: { RoleArn: ROLE, RoleSessionName: "reeve", DurationSeconds: 60 } },
])("AssumeRole refuses $name", async ({ input }) => {
  await using bench = await openBench();
  expect(await withSts(bench, (sts) => outcomeOf(sts.assumeRole(input)))).toBe("ValidationError");
});
