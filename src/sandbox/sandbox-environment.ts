import { join } from "node:path";

/** Settings of other accounts that would win over keys and endpoints, or stop a client that cannot find what they name. */
const OTHERS = [
  "AWS_PROFILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
  "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
  "AWS_USE_FIPS_ENDPOINT",
  "AWS_USE_DUALSTACK_ENDPOINT",
] as const;

/** The services that the stand-ins speak for. The endpoint of a single one would win over the common one. */
const SERVICES = ["WORKSPACES", "RESOURCE_GROUPS_TAGGING_API", "STS", "CLOUDWATCH"] as const;

/** Where stand-ins for clusters are. */
export interface ClusterPlace {
  /** A kubeconfig for all of them: `{cluster}` in it stands for the name of the WorkstationCluster. */
  readonly clusters: string;
  /** Holds a kubeconfig for other clients. */
  readonly folder: string;
}

/**
 * What leads an AWS client to the stand-ins and nowhere else; undefined stands for a variable to unset. Any key will do,
 * since signatures are not verified; these say what they are. Profiles (single sign-on, roles, endpoints) live in files,
 * so none is read.
 */
export function environmentFor(endpoint: string): Readonly<Record<string, string | undefined>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    ...Object.fromEntries(SERVICES.map((service) => [`AWS_ENDPOINT_URL_${service}`, endpoint])),
    AWS_ACCESS_KEY_ID: "REEVESANDBOX",
    AWS_SECRET_ACCESS_KEY: "reeve-sandbox",
    AWS_REGION: "us-west-2",
    AWS_DEFAULT_REGION: "us-west-2",
    AWS_CONFIG_FILE: "/dev/null",
    AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
    AWS_EC2_METADATA_DISABLED: "true",
    ...Object.fromEntries(OTHERS.map((name) => [name, undefined])),
  };
}

/** What leads every WorkstationCluster to a stand-in, whatever its document says, and other clients to the same ones. */
export function clusterEnvironment({ clusters, folder }: ClusterPlace): Readonly<Record<string, string>> {
  return { REEVE_SANDBOX_CLUSTERS: clusters, KUBECONFIG: join(folder, "kubeconfig") };
}
