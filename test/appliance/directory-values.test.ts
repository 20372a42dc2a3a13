import { describe, expect, test } from "vitest";
import { classOf, isExcluded, readComputer } from "../../src/appliance/directory/computer.ts";
import { isOfDomain } from "../../src/appliance/domain/find-domain.ts";
import {
  joinNetworks,
  readDhclientLeases,
  readNetworkdLease,
  readResolvConf,
} from "../../src/appliance/domain/network.ts";
import { oneText, readFiletime, readGuid } from "../../src/protocol/directory/attributes.ts";

describe("how a machine looks names up", () => {
  const shown = (network: ReturnType<typeof readResolvConf>): string =>
    `${network.resolvers.map(({ address }) => address).join()} | ${network.domains.join()}`;

  test.each([
    {
      name: "resolv.conf",
      said: "192.0.2.1,2001:db8::1 | robco.test,lab.test",
      text: "# x\nnameserver 192.0.2.1\nnameserver 2001:db8::1 ; y\ndomain old.test\nsearch robco.test. LAB.test localhost\n",
    },
    { name: "nothing that is an address or a domain", said: " | ", text: "nameserver here\nsearch . _x.test a..b\n" },
  ])("$name", ({ text, said }) => {
    expect(shown(readResolvConf(text))).toBe(said);
  });

  test("a lease of dhclient, the last one first", () => {
    const text = [
      'lease {\n  option domain-name "old.test";\n  option domain-name-servers 192.0.2.9;\n}',
      'lease {\n  option domain-name-servers 192.0.2.1,192.0.2.2;\n  option domain-search "robco.test.", "lab.test.";\n}',
    ].join("\n");
    expect(shown(readDhclientLeases(text))).toBe("192.0.2.1,192.0.2.2,192.0.2.9 | robco.test,lab.test,old.test");
  });

  test("a lease of networkd", () => {
    expect(shown(readNetworkdLease("ADDRESS=192.0.2.7\nDNS=192.0.2.1 192.0.2.2\nDOMAINNAME=robco.test\n"))).toBe(
      "192.0.2.1,192.0.2.2 | robco.test",
    );
  });

  test("together: each once, the system's stub last", () => {
    const all = ["nameserver 127.0.0.53\nsearch robco.test", "nameserver 192.0.2.1\nnameserver 127.0.0.53"].map(
      readResolvConf,
    );
    expect(shown(joinNetworks(all))).toBe("192.0.2.1,127.0.0.53 | robco.test");
  });
});

describe("values of a directory", () => {
  test.each([
    [undefined, null],
    [[], null],
    ["", null],
    ["a", "a"],
    [["a", "b"], "a"],
    [Buffer.from("ä"), "ä"],
    ["line\nbreak\u0000", "line break"],
    ["x".repeat(300), "x".repeat(256)],
  ])("text of %j is %j", (value, said) => expect(oneText(value)).toBe(said));

  test.each([
    [[], null],
    ["0", null],
    ["-1", null],
    ["9223372036854775807", null],
    ["nonsense", null],
    ["133770528000000000", "2024-11-26T00:00:00.000Z"],
  ])("time of %j is %j", (value, said) => expect(readFiletime(value)).toBe(said));

  test("an identity, as Microsoft orders it", () => {
    const bytes = Buffer.from("00112233445566778899aabbccddeeff", "hex");
    expect([readGuid(bytes), readGuid("text"), readGuid([])]).toEqual([
      "33221100-5544-7766-8899-aabbccddeeff",
      null,
      null,
    ]);
  });

  test.each([
    { os: "Samba", uac: 0x2000, group: 516, said: "domain-controller" },
    { os: "Windows Server 2019", uac: 4096, group: 521, said: "domain-controller" },
    { os: null, uac: 4096, group: 515, said: "unknown" },
    { os: "Windows Server 2022 Standard", uac: 4096, group: 515, said: "server" },
    { os: "Hyper-V Server 2019", uac: 4096, group: 515, said: "server" },
    { os: "Windows 11 Enterprise", uac: 4096, group: 515, said: "workstation" },
    { os: "macOS", uac: 4096, group: 515, said: "other" },
    { os: "Mac with Windows inside", uac: 4096, group: 515, said: "other" },
  ])("$os, $uac, $group: $said", ({ os, uac, group, said }) => {
    expect(classOf({ operatingSystem: os, userAccountControl: uac, primaryGroup: group })).toBe(said);
  });

  test.each([
    ["TEST-1", ["test-*"], true],
    ["LATEST-1", ["TEST-*"], false],
    ["PC-01", ["PC-??"], true],
    ["PC-001", ["PC-??"], false],
    ["A.B", ["A.B"], true],
    ["AxB", ["A.B"], false],
    ["anything", [], false],
  ] as const)("%s, %j: %s", (name, patterns, said) => expect(isExcluded(name, patterns)).toBe(said));

  test("an entry without a name or an identity is none", () => {
    const objectGUID = Buffer.alloc(16);
    expect([readComputer({ dn: "", objectGUID, cn: [] }), readComputer({ dn: "", cn: "a" })]).toEqual([null, null]);
    expect(
      readComputer({ dn: "", objectGUID, cn: "PC", dNSHostName: "PC.robco.test", lastLogonTimestamp: [] }),
    ).toMatchObject({
      name: "PC",
      dnsHostName: "pc.robco.test",
      class: "unknown",
      lastLogon: null,
    });
  });

  test.each([
    ["DC=robco,DC=test", "Robco.test.", true],
    ["DC=robco,DC=test", "other.test", false],
    ["CN=x,DC=robco,DC=test", "x.robco.test", false],
  ])("%s is of %s: %s", (context, domain, said) => expect(isOfDomain(context, domain)).toBe(said));
});
