/** Who Reeve is to AWS: roles, profiles, nobody at all; and that planning needs no right to write. */
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isWrite, OPERATIONS } from "../../src/sandbox/workspaces/operations.ts";
import { type Ran, runReeve } from "../support/reeve.ts";
import {
  actionsOf,
  type Bench,
  desktop,
  directory,
  findingsOf,
  openEstate,
  outcomesOf,
} from "../support/workspaces-estate.ts";

/** From now on whoever calls may read, and nothing else. */
function forbidWrites(bench: Bench): void {
  for (const operation of Object.keys(OPERATIONS).filter(isWrite))
    bench.inject({ operation, kind: "denied-iam", times: 10_000 });
}

function tried(bench: Bench): readonly string[] {
  return bench.sandbox.log.requests.filter((request) => request.isWrite).map(({ operation }) => operation);
}

test("plan, list and import need no right to write, and do not try", async () => {
  const bench = await openEstate();
  await bench.make("grace");
  bench.write(directory(), desktop("ann"), desktop("bob", { more: "lifecycle: { terminateAfterUnused: 60d }" }));
  bench.pass(3600);
  bench.forget();
  forbidWrites(bench);
  expect(actionsOf(await bench.plan())).toEqual(["oregon adopt", "ann create", "bob create"]);
  expect((await bench.standings()).map(({ address }) => address)).toContain("Workspace/ann");
  expect((await bench.imported()).map(({ name }) => name)).toEqual(["grace"]);
  expect(tried(bench)).toEqual([]);
  expect(outcomesOf(await bench.apply())).toContain("oregon failed denied");
  expect(tried(bench)).not.toEqual([]);
});

/** Roles that were assumed. */
function assumed(bench: Bench): ReadonlySet<string> {
  const calls = bench.sandbox.log.requests.filter(({ operation }) => operation === "AssumeRole");
  return new Set(calls.map(({ input }) => new URLSearchParams(String(input)).get("RoleArn")?.split("/").at(-1) ?? ""));
}

test("planning has its role, and applying its own", async () => {
  const role = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;
  const settings = `role: { plan: "${role("reeve-plan")}", apply: "${role("reeve-apply")}" }`;
  const bench = await openEstate({ settings });
  bench.write(directory("oregon"), directory("virginia"), directory("ireland"));
  await bench.plan();
  expect(assumed(bench)).toEqual(new Set(["reeve-plan"]));
  bench.forget();
  await bench.apply();
  expect(assumed(bench)).toEqual(new Set(["reeve-plan", "reeve-apply"]));
  expect(bench.sandbox.log.counts()).toMatchObject({ GetCallerIdentity: 2 });
});

test("another account: said, and nothing of it is read", async () => {
  const bench = await openEstate({ accountId: "999999999999" });
  bench.write(directory(), desktop("ann"));
  const plan = await bench.plan();
  expect(findingsOf(plan)).toEqual([
    "error other-account: these credentials are of account 999999999999; the estate's is 123456789012",
  ]);
  expect(bench.sandbox.log.counts()).toEqual({ GetCallerIdentity: 1 });
});

const ESTATE = `apiVersion: reeve.dev/v1
kind: Estate
metadata: { name: robco }
spec: { providers: { workspaces: { accountId: "123456789012" } } }
---
${directory()}---
${desktop("ann")}`;

/** A state directory and a home directory of their own. */
function openHome(): string {
  const cwd = mkdtempSync(join(tmpdir(), "reeve-access-"));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  mkdirSync(join(cwd, "desired-state"));
  mkdirSync(join(cwd, ".aws"));
  writeFileSync(join(cwd, "desired-state/reeve.yaml"), ESTATE);
  const keys = ["[desk]", "aws_access_key_id = AKIADESK", "aws_secret_access_key = secret-of-the-desk", ""];
  writeFileSync(join(cwd, ".aws/credentials"), keys.join("\n"));
  return cwd;
}

/** Somebody on loopback who answers so, and what was asked of them. */
async function listen(body: string, status = 403): Promise<{ endpoint: string; requests: readonly IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(status, { "content-type": "text/xml" }).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** Without anything of the machine's own ways to sign in. */
function run(cwd: string, command: string, environment: Readonly<Record<string, string>>): Promise<Ran> {
  const unset = ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN"];
  const nothing = Object.fromEntries(unset.map((name) => [name, undefined]));
  return runReeve([command], { cwd, environment: { ...nothing, HOME: cwd, ...environment } });
}

test.each([
  { command: "plan", code: 1 },
  { command: "list", code: 0 },
])("reeve $command, signed in nowhere: where the account is declared, what to do, and nothing is sent", async (row) => {
  const cwd = openHome();
  const metadata = await listen("", 404);
  const aws = await listen("");
  const environment = { AWS_ENDPOINT_URL: aws.endpoint, AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata.endpoint };
  const ran = await run(cwd, row.command, environment);
  expect(ran.code).toBe(row.code);
  expect(ran.stdout + ran.stderr).toMatch(
    /desired-state\/reeve\.yaml:4:\d+: error: AWS does not say whose these credentials are: CredentialsProviderError/,
  );
  expect(ran.stdout + ran.stderr).toMatch(/sign in to AWS \(aws sso login, AWS_PROFILE, .*, or try it with --sandbox/);
  expect(aws.requests.length).toBe(0);
});

test("validating asks nobody anything", async () => {
  const cwd = openHome();
  const aws = await listen("");
  const ran = await run(cwd, "validate", {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_EC2_METADATA_SERVICE_ENDPOINT: aws.endpoint,
  });
  expect([ran.code, ran.stderr]).toEqual([0, ""]);
  expect(aws.requests.length).toBe(0);
});

const DENIED =
  "<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>no such key</Message></Error></ErrorResponse>";

test.each([
  { name: "a profile's", environment: { AWS_PROFILE: "desk" }, signer: "AKIADESK" },
  {
    name: "the environment's",
    environment: { AWS_ACCESS_KEY_ID: "AKIAENV", AWS_SECRET_ACCESS_KEY: "secret" },
    signer: "AKIAENV",
  },
])("$name keys sign what is asked; AWS's refusal of them is a finding, without the secret", async (row) => {
  const cwd = openHome();
  const aws = await listen(DENIED);
  const ran = await run(cwd, "plan", { ...row.environment, AWS_ENDPOINT_URL: aws.endpoint });
  const signers = aws.requests.map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1]);
  expect(signers).toEqual([row.signer]);
  expect(ran.code).toBe(1);
  expect(ran.stdout + ran.stderr).toMatch(/InvalidClientTokenId: no such key/);
  expect(ran.stdout + ran.stderr).not.toMatch(/secret/);
});
