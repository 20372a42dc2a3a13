import { expect, test } from "vitest";
import { isOfDomain, kerberosConfig } from "../../../../../src/providers/workspaces/gpo/domain/kerberos-config.ts";

const CONFIG = `[libdefaults]
dns_lookup_kdc = false
dns_lookup_realm = false
kdc_timeout = 2
[realms]
robco.test = {
 kdc = 10.0.0.11
}
ROBCO.TEST = {
 kdc = 10.0.0.11
}
`;

test.each([
  ["an address", "10.0.0.11", CONFIG],
  ["an address of IPv6", "fd00::11", CONFIG.replaceAll("10.0.0.11", "[fd00::11]")],
])("a domain's tickets come from %s that its document gives", (_name, address, config) => {
  expect(kerberosConfig({ domain: "robco.test", address })).toBe(config);
});

test.each([
  ["svc-gpo@robco.test", true],
  ["svc-gpo@ROBCO.TEST", true],
  ["svc-gpo@sub.robco.test", false],
  ["svc-gpo@other.test", false],
])("%s is of robco.test: %s", (username, is) => {
  expect(isOfDomain(username, "robco.test")).toBe(is);
});
