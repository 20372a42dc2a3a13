/** AWS Secrets Manager, loaded when the first document names it. */
import type { AwsSecret } from "../../generated/documents.ts";
import { memberOf, type Secret, SecretTrouble } from "./secret-source.ts";

/** To be mended in the document or in AWS; everything else passes. */
const NOT_USABLE: ReadonlySet<string> = new Set([
  "AccessDeniedException",
  "ResourceNotFoundException",
  "InvalidParameterException",
  "InvalidRequestException",
  "DecryptionFailure",
]);

export function openAwsSecrets(): (source: AwsSecret) => Promise<Secret> {
  return async ({ secretId, key, versionStage, region }) => {
    const { GetSecretValueCommand, SecretsManagerClient } = await import("@aws-sdk/client-secrets-manager");
    const client = new SecretsManagerClient({ maxAttempts: 2, ...(region === undefined ? {} : { region }) });
    try {
      const found = await client.send(new GetSecretValueCommand({ SecretId: secretId, VersionStage: versionStage }));
      if (found.SecretString === undefined) throw new SecretTrouble("not-usable", `${secretId} holds no text`);
      return { value: memberOf(found.SecretString, key), version: found.VersionId ?? null };
    } catch (error) {
      if (error instanceof SecretTrouble) throw error;
      const name = error instanceof Error ? error.name : "an unknown fault";
      throw new SecretTrouble(
        NOT_USABLE.has(name) ? "not-usable" : "unavailable",
        `AWS Secrets Manager: ${name} for ${secretId}`,
      );
    } finally {
      client.destroy();
    }
  };
}
