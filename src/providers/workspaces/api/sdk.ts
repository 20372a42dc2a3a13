/** The AWS SDK, loaded when the first call goes out: commands that call nothing do not pay for it. */
import type { ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import type { STSClient } from "@aws-sdk/client-sts";
import type { WorkSpacesClient } from "@aws-sdk/client-workspaces";
import type { Session } from "../../provider.ts";

export interface AwsClients {
  workspaces(region: string): Promise<WorkSpacesClient>;
  tagging(region: string): Promise<ResourceGroupsTaggingAPIClient>;
  sts(region: string): Promise<STSClient>;
}

const REQUEST_MS = 30_000;
const CONNECT_MS = 5000;

/**
 * Clients by region. `maxAttempts: 1`: the SDK's own retries would send CreateWorkspaces three times without a word; the
 * door's retries are the only ones. Endpoints are taken from the environment alone, never from documents.
 */
export function openClients(environment: Session["environment"], roleArn: string | undefined): AwsClients {
  const shared = (region: string, service: string) => {
    const endpoint = environment[`AWS_ENDPOINT_URL_${service}`] ?? environment["AWS_ENDPOINT_URL"];
    // Without `throwOnRequestTimeout` the SDK only warns of a request that takes too long, and waits on.
    const requestHandler = {
      requestTimeout: REQUEST_MS,
      throwOnRequestTimeout: true,
      connectionTimeout: CONNECT_MS,
    };
    // The SDK refuses an endpoint beside these two, which the machine's own settings may ask for.
    const named = endpoint === undefined ? {} : { endpoint, useFipsEndpoint: false, useDualstackEndpoint: false };
    return { region, maxAttempts: 1, requestHandler, ...named };
  };
  const base = environmentCredentials(environment);
  const withBase = base === null ? {} : { credentials: base };
  const sts = remember(async (region) => {
    const { STSClient: Client } = await import("@aws-sdk/client-sts");
    return new Client({ ...shared(region, "STS"), ...withBase });
  });
  // One client keeps the role's credentials until they run out; the others of all regions and services ask it.
  let keeper: Promise<STSClient> | null = null;
  const openKeeper = async (region: string, RoleArn: string) => {
    const { STSClient: Client } = await import("@aws-sdk/client-sts");
    return new Client({ ...shared(region, "STS"), credentials: () => assumeRole(sts, region, RoleArn) });
  };
  const credentials = (region: string) => {
    if (roleArn === undefined) return withBase;
    return {
      credentials: async () => {
        keeper ??= openKeeper(region, roleArn);
        return (await keeper).config.credentials();
      },
    };
  };
  return {
    sts: remember(async (region) => {
      const { STSClient: Client } = await import("@aws-sdk/client-sts");
      return new Client({ ...shared(region, "STS"), ...credentials(region) });
    }),
    workspaces: remember(async (region) => {
      const { WorkSpacesClient: Client } = await import("@aws-sdk/client-workspaces");
      return new Client({ ...shared(region, "WORKSPACES"), ...credentials(region) });
    }),
    tagging: remember(async (region) => {
      const { ResourceGroupsTaggingAPIClient: Client } = await import("@aws-sdk/client-resource-groups-tagging-api");
      return new Client({ ...shared(region, "RESOURCE_GROUPS_TAGGING_API"), ...credentials(region) });
    }),
  };
}

/** The environment that Reeve was handed, which in the sandbox is not the process's own; null leaves it to the SDK. */
function environmentCredentials(environment: Session["environment"]) {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = environment;
  if (isEmpty(accessKeyId) || isEmpty(secretAccessKey)) return null;
  const { AWS_SESSION_TOKEN: sessionToken } = environment;
  return { accessKeyId, secretAccessKey, ...(isEmpty(sessionToken) ? {} : { sessionToken }) };
}

/** A variable that is set to nothing is not set. */
function isEmpty(value: string | undefined): value is "" | undefined {
  return value === undefined || value === "";
}

async function assumeRole(sts: (region: string) => Promise<STSClient>, region: string, roleArn: string) {
  const [client, { AssumeRoleCommand: Command }] = await Promise.all([sts(region), import("@aws-sdk/client-sts")]);
  const answer = await client.send(new Command({ RoleArn: roleArn, RoleSessionName: "reeve" }));
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = answer.Credentials ?? {};
  if (AccessKeyId === undefined || SecretAccessKey === undefined) throw new Error(`no credentials for ${roleArn}`);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(SessionToken === undefined ? {} : { sessionToken: SessionToken }),
    ...(Expiration === undefined ? {} : { expiration: Expiration }),
  };
}

function remember<Client>(open: (region: string) => Promise<Client>): (region: string) => Promise<Client> {
  const clients = new Map<string, Promise<Client>>();
  return (region) => {
    const client = clients.get(region) ?? open(region);
    clients.set(region, client);
    return client;
  };
}
