import { expect, test } from "vitest";
import { checkChanged, type Row } from "./checked.ts";

const PUBLISHED = "template: { admx: policies/wsp.admx, adml: policies/wsp.adml } }";
const DOMAIN = "name: corp.example, servers: [{ host: dc1.corp.example }], username: gpo@corp.example";

function published(domain: string, more = ""): string {
  return `${PUBLISHED.slice(0, -1)}, publish: { domain: { ${domain} } } }${more}`;
}

const SAME = published(`${DOMAIN}, object: reeve LOCKED-DOWN, passwordFrom: { awsSecretsManager: { secretId: x } }`);
const SECOND = `
---
apiVersion: reeve.dev/v1
kind: WorkspaceSecurityPolicy
metadata: { name: second }
spec: { printing: disabled, ${SAME.replace("domain: {", "domain: ⟦{")}`;

const ROWS: readonly Row[] = [
  [
    "a variable that the estate does not allow",
    "secret-not-allowed the estate does not allow the variable AWS_SECRET_ACCESS_KEY",
    PUBLISHED,
    published(`${DOMAIN}, passwordFrom: { env: ⟦AWS_SECRET_ACCESS_KEY }`),
  ],
  [
    "a file that the estate does not allow",
    "secret-not-allowed /run/credentials/../shadow is in no folder that the estate allows",
    PUBLISHED,
    published(`${DOMAIN}, passwordFrom: { file: ⟦/run/credentials/../shadow }`),
  ],
  [
    "a password that only the daemon can open",
    "secret-source a sealed password opens with the daemon's key alone",
    PUBLISHED,
    published(`${DOMAIN}, passwordFrom: { age: ⟦"-----BEGIN AGE ENCRYPTED FILE-----" }`),
  ],
  [
    "a password in the document",
    "secret-in-yaml password holds a secret",
    PUBLISHED,
    published(`${DOMAIN}, ⟦password: secret, passwordFrom: { awsSecretsManager: { secretId: x } }`),
  ],
  [
    "a user without a domain",
    "bad-value spec.publish.domain.username",
    PUBLISHED,
    published(
      `${DOMAIN.replace("gpo@corp.example", '⟦"CORP\\\\gpo"')}, passwordFrom: { awsSecretsManager: { secretId: x } }`,
    ),
  ],
  [
    "two policies in one object",
    'object-shared "reeve LOCKED-DOWN" of corp.example is the object of WorkspaceSecurityPolicy/locked-down, too',
    PUBLISHED,
    published(`${DOMAIN}, passwordFrom: { awsSecretsManager: { secretId: x } }`, SECOND),
  ],
];

test.each(ROWS)("%s", (_name, says, ...edits) => {
  const { found, hints, place } = checkChanged(edits);
  expect(found).toHaveLength(1);
  expect([found[0]?.includes(says), found[0], hints[0] !== ""]).toEqual([true, found[0], true]);
  expect(found[0]).toContain(place);
});
