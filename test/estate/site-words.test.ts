/** What is said of a site's values that are nearly right, and of those that must not be shown. */
import { expect, test } from "vitest";
import { ESTATE, load } from "./state-dir.ts";

const SITES = ESTATE.replace("wireguard: {}", "wireguard: {}, sites: {}");
const PARTNER =
  "apiVersion: reeve.dev/v1\nkind: Partner\nmetadata: { name: nepa }\nspec: { brandName: NEPA, primaryColor: BLUE }\n";
const site = (spec: string): string =>
  `apiVersion: reeve.dev/v1\nkind: ApplianceSite\nmetadata: { name: clinic }\nspec:\n  partner: nepa\n  apiEndpoint: https://m.test\n${spec}\n`;
const box = (mac: string, more = ""): string => `  appliances: [{ name: box, mac: "${mac}"${more} }]`;
const GOOD = "84:3A:5B:91:B6:61";
const CODE = "7QK2-9M4T-XW3B-H8ZD";

test.each([
  { name: "a MAC in small letters", text: site(box("84:3a:5b:91:b6:61")), hint: `write ${GOOD}` },
  { name: "a MAC as Windows writes it", text: site(box("84-3a-5b-91-b6-61")), hint: `write ${GOOD}` },
  { name: "a MAC that is too short", text: site(box("84:3a")), hint: `for example ${GOOD}` },
  { name: "a colour in small letters", text: PARTNER.replace("BLUE", '"#2563eb"'), hint: 'write "#2563EB"' },
  {
    name: "no unit",
    text: site(`${box(GOOD)}\n  settings: { pollInterval: 30 }`),
    hint: "write its unit, too: 30s, 30m",
  },
  {
    name: "a type that is nearly one",
    text: site(`${box(GOOD)}\n  credentials: [{ name: a, type: domain-admin, username: u, passwordFrom: { env: A } }]`),
    hint: 'did you mean "domain_admin"?',
  },
  {
    name: "a type that may be a password",
    text: site(`${box(GOOD)}\n  credentials: [{ name: a, type: Tr0ub4dor, username: u, passwordFrom: { env: A } }]`),
    hint: "write one of them",
  },
])("$name", async ({ text, hint }) => {
  const { diagnostics } = await load({ "reeve.yaml": SITES, "a.yaml": text });
  const said = diagnostics.filter(({ code }) => code === "bad-value" || code === "wrong-type");
  expect(said.map((one) => one.hint?.slice(0, hint.length))).toEqual([hint]);
  expect(JSON.stringify(said)).not.toContain("Tr0ub4dor");
});

test("a name that is empty is one fault", async () => {
  const text = PARTNER.replace("NEPA", '""').replace("BLUE", '"#2563EB"');
  const { diagnostics } = await load({ "reeve.yaml": SITES, "a.yaml": text });
  expect(diagnostics.map(({ message }) => message)).toEqual(['spec.brandName: "" is empty']);
});

test("a code where its hash belongs is not shown again, and has leaked", async () => {
  const text = site(box(GOOD, `, provisioning: { codeHash: ${CODE}, expiresAt: 2027-01-01T00:00:00Z }`));
  const { diagnostics } = await load({ "reeve.yaml": SITES, "a.yaml": text });
  const [said] = diagnostics.filter(({ code }) => code === "bad-value");
  expect(said?.message).toMatch(/codeHash: the value is not of the form.*reeve site mint-code.*has leaked/);
  expect(JSON.stringify(diagnostics)).not.toContain(CODE);
});
