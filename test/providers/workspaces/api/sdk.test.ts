import { once } from "node:events";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateWorkspacesCommand, DescribeWorkspacesCommand } from "@aws-sdk/client-workspaces";
import { expect, test } from "vitest";
import { classifyError } from "../../../../src/providers/workspaces/api/classify.ts";
import { type AwsClients, openClients } from "../../../../src/providers/workspaces/api/sdk.ts";
import { startWorkspacesSandbox } from "../../../../src/sandbox/workspaces/start-workspaces-sandbox.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "REEVESANDBOX", AWS_SECRET_ACCESS_KEY: "reeve-sandbox" };
const ROLE = "arn:aws:iam::123456789012:role/reeve-plan";

interface Server extends AsyncDisposable {
  readonly endpoint: string;
  readonly clients: AwsClients;
  /** Operations as they came over the wire. */
  readonly asked: readonly string[];
}

async function serve(answer: RequestListener): Promise<Server> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(String(request.headers["x-amz-target"]).split(".")[1] ?? "");
    request.resume().on("end", () => answer(request, response));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  return {
    endpoint,
    clients: openClients({ ...KEYS, AWS_ENDPOINT_URL: endpoint }, undefined),
    asked,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

function refuse(status: number, type: string): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify({ __type: type, message: "no" }));
  };
}

function cut(text: string): RequestListener {
  return (_request, response) => {
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "content-length": text.length + 10 });
    response.write(text, () => response.destroy());
  };
}

const Workspaces = [{ DirectoryId: "d-9067012345", UserName: "jdoe", BundleId: "wsb-000000000" }];

test.each<{ name: string; answer: RequestListener; failure: string }>([
  { name: "a connection that breaks", answer: ({ socket }) => socket.destroy(), failure: "retryable" },
  { name: "an answer that breaks off", answer: cut('{"PendingRequ'), failure: "retryable" },
  { name: "a 500", answer: refuse(500, "InternalFailure"), failure: "retryable" },
  { name: "a 503 of nobody", answer: (_, response) => response.writeHead(503).end("<html>"), failure: "retryable" },
  { name: "a proxy's refusal", answer: (_, response) => response.writeHead(403).end("<html>"), failure: "denied" },
  { name: "throttling", answer: refuse(400, "ThrottlingException"), failure: "retryable" },
  { name: "throttling in a namespace", answer: refuse(400, "com.aws#ThrottlingException"), failure: "retryable" },
  { name: "a refusal", answer: refuse(400, "AccessDeniedException"), failure: "denied" },
])("the SDK sends a creation once, whatever comes of it: $name is $failure", async ({ answer, failure }) => {
  await using server = await serve(answer);
  const client = await server.clients.workspaces("us-west-2");
  const error: unknown = await client
    .send(new CreateWorkspacesCommand({ Workspaces }))
    .catch((thrown: unknown) => thrown);
  expect(classifyError(error)?.failure).toBe(failure);
  expect(server.asked).toEqual(["CreateWorkspaces"]);
});

test("states and fields that this SDK does not know pass", async () => {
  const Workspace = { WorkspaceId: "ws-1", DirectoryId: "d-1", State: "HIBERNATING", Mood: "good" };
  await using server = await serve((_, response) => response.end(JSON.stringify({ Workspaces: [Workspace] })));
  const client = await server.clients.workspaces("us-west-2");
  const answer = await client.send(new DescribeWorkspacesCommand({}));
  expect(answer.Workspaces?.map(({ State }) => State)).toEqual(["HIBERNATING"]);
});

test("a request that takes too long is an error, not a warning", async () => {
  await using server = await serve((_, response) => response.end("{}"));
  const client = await server.clients.workspaces("us-west-2");
  await client.send(new DescribeWorkspacesCommand({}));
  expect(client.config.requestHandler).toMatchObject({
    config: { requestTimeout: 30_000, throwOnRequestTimeout: true },
  });
});

/** Ids of the keys that requests were signed with. */
function signersOf(requests: readonly IncomingMessage[]): readonly string[] {
  return requests.map(({ headers }) => /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1] ?? "");
}

test("a role is assumed once for all regions and services, and what is asked is asked as that role", async () => {
  await using sandbox = disposable(await startWorkspacesSandbox());
  const clients = openClients({ ...KEYS, AWS_ENDPOINT_URL: sandbox.endpoint }, ROLE);
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = await clients.sts("us-west-2");
  const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
  for (const region of ["us-west-2", "eu-west-1"]) {
    const client = await clients.workspaces(region);
    await client.send(new DescribeWorkspacesCommand({}));
  }
  expect(Arn).toBe("arn:aws:sts::123456789012:assumed-role/reeve-plan/reeve");
  expect(sandbox.log.counts()).toEqual({ AssumeRole: 1, DescribeWorkspaces: 2, GetCallerIdentity: 1 });
});

function disposable<Resource extends { close(): Promise<void> }>(resource: Resource): Resource & AsyncDisposable {
  return Object.assign(resource, { [Symbol.asyncDispose]: () => resource.close() });
}

test.each([
  { name: "keys of the environment", environment: KEYS, signer: "REEVESANDBOX" },
  { name: "an empty session token is none", environment: { ...KEYS, AWS_SESSION_TOKEN: "" }, signer: "REEVESANDBOX" },
])("$name", async ({ environment, signer }) => {
  const requests: IncomingMessage[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    requests.push(request);
    response.end("{}");
  };
  await using server = await serve(answer);
  const clients = openClients({ ...environment, AWS_ENDPOINT_URL: server.endpoint }, undefined);
  const client = await clients.workspaces("us-west-2");
  await client.send(new DescribeWorkspacesCommand({}));
  expect(signersOf(requests)).toEqual([signer]);
  expect(requests.map(({ headers }) => headers["x-amz-security-token"])).toEqual([undefined]);
});
