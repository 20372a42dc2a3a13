import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderConfig, renderHeader, renderUpserts } from "../../../src/providers/wireguard/conf-render.ts";
import { writeRequest } from "../../../src/providers/wireguard/hub-request.ts";
import { fileOf, hubOf, NO_DELTA, NO_QUESTION, publicKeyOf, upsertOf } from "../../support/wireguard-hub.ts";

const hub = hubOf({ host: { local: {} }, privateKeyFrom: { file: "/etc/wireguard/wg0.key" } });
const zero = `${"A".repeat(43)}=`;

describe("the configuration file", () => {
  it("says who wrote it", () => {
    expect(renderHeader(fileOf(hub))).toEqual({
      header: "# Managed by Reeve (estate robco, hub hub-eu). Changes by hand are seen, reported and set right.",
      marker: "# reeve: format=1 estate=robco hub=hub-eu interface=wg0",
    });
  });

  it("holds directives where keys go", () => {
    const endpoint = { endpoint: "192.0.2.1:1", keepalive: 25 };
    const file = fileOf(hub, {
      routes: ["10.20.0.0/16"],
      leaving: { peers: [{ name: "gone", publicKey: publicKeyOf(9) }], addresses: ["10.7.0.1/24"] },
      blocks: [
        { ...upsertOf(1, { preshared: { file: "/psk/a" }, ...endpoint }), name: "a" },
        { ...upsertOf(2, { preshared: { value: "SECRET" }, allowedIps: [] }), name: "b" },
        { ...upsertOf(3, { allowedIps: ["10.8.0.3/32", "fd00::3/128"] }), name: "c" },
        { keep: publicKeyOf(4) },
      ],
    });
    expect(renderConfig(file).join("\n")).toBe(`# reeve-recorded: endpoint=vpn.example.com:51820
# reeve-route: 10.20.0.0/16
# reeve-leaving: gone ${publicKeyOf(9)}
# reeve-leaving-address: 10.7.0.1/24
[Interface]
Address = 10.8.0.1/24
MTU = 1420
ListenPort = 51820
@@private-key /etc/wireguard/wg0.key

# reeve-peer: a
[Peer]
PublicKey = ${publicKeyOf(1)}
@@preshared-file /psk/a
AllowedIPs = 10.8.0.11/32
PersistentKeepalive = 25
Endpoint = 192.0.2.1:1

# reeve-peer: b
[Peer]
PublicKey = ${publicKeyOf(2)}
@@preshared-value ${publicKeyOf(2)}
PersistentKeepalive = off

# reeve-peer: c
[Peer]
PublicKey = ${publicKeyOf(3)}
AllowedIPs = 10.8.0.3/32, fd00::3/128
PersistentKeepalive = off

@@keep ${publicKeyOf(4)}`);
  });

  it("clears a preshared key and a keepalive on the interface by saying so", () => {
    expect(renderUpserts([upsertOf(1)])).toEqual([
      "[Peer]",
      `PublicKey = ${publicKeyOf(1)}`,
      `PresharedKey = ${zero}`,
      "AllowedIPs = 10.8.0.11/32",
      "PersistentKeepalive = off",
    ]);
  });
});

describe("a write's request", () => {
  const request = (more: Partial<typeof NO_DELTA>): readonly string[] => {
    const write = { expectedFingerprint: "f", file: fileOf(hub), delta: { ...NO_DELTA, ...more } };
    return writeRequest({ hub, root: "/state" }, write, NO_QUESTION).split("\n");
  };
  const operations = (more: Partial<typeof NO_DELTA>): readonly string[] =>
    request(more)
      .slice(6)
      .filter((line) => !/^([|+]|header |marker |$)/.test(line));

  it("asks for nothing that the delta leaves out", () => {
    expect(operations({})).toEqual([]);
  });

  it.each([
    [{ bringUp: true }, ["up", "address-add 10.8.0.1/24", "mtu 1420", "link-up"]],
    [{ removes: [publicKeyOf(1)], setListenPort: 7 }, ["set-port 7", `remove ${publicKeyOf(1)}`]],
    [
      { addRoutes: ["10.1.0.0/16"], removeRoutes: ["10.2.0.0/16"] },
      ["route-add 10.1.0.0/16", "route-remove 10.2.0.0/16"],
    ],
    [{ setPrivateKey: true, setMtu: 1300, setUp: true }, ["set-key", "mtu 1300", "link-up"]],
  ])("asks for %j", (more, lines) => {
    expect(operations(more)).toEqual(lines);
  });

  it("refuses a value that would be read as another line, without saying it", () => {
    const hostile = fc
      .tuple(fc.string(), fc.constantFrom("\n", "\r", "\0"), fc.string())
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(hostile, (recorded) => {
        const write = { expectedFingerprint: "f", file: fileOf(hub, { recorded }), delta: null };
        expect(() => writeRequest({ hub, root: "/" }, write, NO_QUESTION)).toThrow(
          "a value for a hub holds a line break",
        );
      }),
    );
  });
});
