/** AWS Secrets Manager by its own protocol, over the wire. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { openAwsSecrets } from "../../src/protocol/secrets/aws-secret.ts";
import { SecretTrouble } from "../../src/protocol/secrets/secret-source.ts";

afterEach(() => vi.unstubAllEnvs());

const SECRET = { secretId: "clinic/admin", versionStage: "AWSCURRENT", region: "us-west-2" };

test.each([
  {
    name: "a member",
    key: "password",
    status: 200,
    body: { SecretString: '{"password":"from aws"}', VersionId: "v7" },
    is: "from aws (v7)",
  },
  {
    name: "the whole text",
    key: undefined,
    status: 200,
    body: { SecretString: "whole", VersionId: "v8" },
    is: "whole (v8)",
  },
  {
    name: "no such member",
    key: "none",
    status: 200,
    body: { SecretString: "{}", VersionId: "v7" },
    is: 'not-usable: the secret has no text under "none"',
  },
  {
    name: "bytes",
    key: undefined,
    status: 200,
    body: { SecretBinary: "AAAA" },
    is: "not-usable: clinic/admin holds no text",
  },
  {
    name: "not there",
    key: undefined,
    status: 400,
    body: { __type: "ResourceNotFoundException" },
    is: "not-usable: AWS Secrets Manager: ResourceNotFoundException for clinic/admin",
  },
  {
    name: "not allowed",
    key: undefined,
    status: 400,
    body: { __type: "AccessDeniedException" },
    is: "not-usable: AWS Secrets Manager: AccessDeniedException for clinic/admin",
  },
])("$name", async ({ key, status, body, is }) => {
  const asked: unknown[] = [];
  const server = createServer((request, response) => {
    request.once("data", (chunk: Buffer) => {
      asked.push(JSON.parse(chunk.toString()), request.headers["x-amz-target"]);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", `http://127.0.0.1:${port}`);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const source = { ...SECRET, ...(key === undefined ? {} : { key }) };
  const found = await openAwsSecrets()(source).then(
    ({ value, version }) => `${value} (${version ?? ""})`,
    (error: unknown) => (error instanceof SecretTrouble ? `${error.kind}: ${error.message}` : String(error)),
  );
  expect([found, asked]).toEqual([
    is,
    [{ SecretId: "clinic/admin", VersionStage: "AWSCURRENT" }, "secretsmanager.GetSecretValue"],
  ]);
  server.closeAllConnections();
  server.close();
});
