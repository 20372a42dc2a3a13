import { describe, expect, test } from "vitest";
import { renderAgent } from "../../src/appliance/agent/render-agent.ts";
import { isInRing } from "../../src/appliance/agent/ring.ts";
import { mergeTargets, workstationsOf } from "../../src/appliance/domain/targets.ts";
import type { SiteAgent, SiteTarget } from "../../src/generated/documents.ts";
import type { Computer } from "../../src/protocol/bodies.ts";

const NOW = new Date("2026-12-01T00:00:00Z");
function computer(name: string, over: Partial<Computer> = {}): Computer {
  return {
    objectGuid: "00000000-0000-0000-0000-000000000000",
    name,
    dnsHostName: `${name.toLowerCase()}.robco.test`,
    operatingSystem: null,
    operatingSystemVersion: null,
    class: "server",
    lastLogon: "2026-11-30T00:00:00.000Z",
    ...over,
  };
}

describe("targets", () => {
  const declared = (name: string, host: string): SiteTarget => ({ name, host, role: "server", winrm: { tls: false } });
  const discovery = { computers: [] as Computer[], credential: "admin", now: NOW, staleSeconds: 90 * 86_400 };
  const merged = (targets: SiteTarget[], computers: Computer[]): readonly string[] =>
    mergeTargets(targets, { ...discovery, computers }).map(({ name, host, port, credential, source }) =>
      [name, host, port, credential ?? "-", source].join(" "),
    );

  test.each([
    { name: "by its name", target: declared("srv1", "192.0.2.1"), said: "srv1 192.0.2.1 5985 - declared" },
    {
      name: "by its host",
      target: declared("files", "srv1.robco.test"),
      said: "files srv1.robco.test 5985 - declared",
    },
    {
      name: "by its host's short name",
      target: declared("files", "SRV1.old.test"),
      said: "files SRV1.old.test 5985 - declared",
    },
  ])("what is declared wins over what is discovered: $name", ({ target, said }) => {
    expect(merged([target], [computer("SRV1"), computer("SRV2")])).toEqual([
      said,
      "srv2 srv2.robco.test 5986 admin discovered",
    ]);
  });

  test("workstations, the unknown and the stale are no targets", () => {
    const old = { lastLogon: "2026-08-01T00:00:00.000Z" };
    const all = [
      computer("WS", { class: "workstation" }),
      computer("C", { class: "unknown" }),
      computer("OLD", old),
      computer("NEW", { lastLogon: null }),
    ];
    expect(merged([], all)).toEqual(["new new.robco.test 5986 admin discovered"]);
    const workstations = [computer("A", { class: "workstation" }), computer("B", { class: "workstation", ...old })];
    expect(workstationsOf({ ...discovery, computers: workstations }).map(({ name }) => name)).toEqual(["A"]);
  });

  test("with nothing discovered, what is declared", () => {
    expect(mergeTargets([declared("a", "a.test")], null)).toHaveLength(1);
  });
});

describe("the agent's deployment", () => {
  const agent = (deploy: Partial<SiteAgent["deploy"]>, listen = "0.0.0.0:50051"): SiteAgent => ({
    version: "1.4.0",
    sha256: "ab".repeat(32),
    listen,
    deploy: { to: "workstations", method: "gpo", ring: "100%", ...deploy },
  });
  const render = (
    one: SiteAgent | null,
    names: readonly string[] = ["WS-1"],
    ownAddress: string | null = "192.0.2.7",
  ) => renderAgent({ agent: one, workstations: names.map((name) => computer(name)), ownAddress, domain: "robco.test" });
  const fileOf = (files: ReturnType<typeof render>, path: string): string =>
    String(files.find((file) => file.path === path)?.text);

  test.each([
    { name: "no agent", files: render(null) },
    { name: "for nobody", files: render(agent({ to: "none" })) },
    { name: "no address to report to", files: render(agent({}), ["WS-1"], null) },
  ])("nothing: $name", ({ files }) => expect(files).toEqual([]));

  test("settings name the address that agents reach", () => {
    expect(fileOf(render(agent({})), "config.json")).toBe(
      '{"appliance_addr":"192.0.2.7:50051","data_dir":"C:\\\\ProgramData\\\\OsirisCare"}\n',
    );
    expect(fileOf(render(agent({}, "[2001:db8::7]:50051")), "config.json")).toContain('"[2001:db8::7]:50051"');
  });

  test("a start-up script names who gets it, evaluates nothing of a name, and ends its lines as Windows does", () => {
    const script = fileOf(
      render(agent({}), ["WS-1", "it's $(calc)", "x\u2019; calc"]),
      "gpo/Machine/Scripts/Startup/install-agent.ps1",
    );
    expect(script.split("\r\n").slice(2, 7)).toEqual([
      "$names = @(",
      "  'WS-1',",
      "  'it''s $(calc)',",
      "  'x\u2019\u2019; calc'",
      ")",
    ]);
    expect(script).toContain(`$wanted = '${"AB".repeat(32)}'`);
    expect(script.replaceAll("\r\n", "")).not.toContain("\n");
  });

  // The second byte of the name's first letter is a single quotation mark to whoever reads the file in code page 1252.
  test("a start-up script says that it is UTF-8", () => {
    const script = fileOf(render(agent({}), ["\u0451; calc; #"]), "gpo/Machine/Scripts/Startup/install-agent.ps1");
    expect(Buffer.from(script, "utf8").subarray(0, 4).toString("latin1")).toBe("\xef\xbb\xbf#");
  });

  test("the list of scripts is UTF-16 with its mark", () => {
    const ini = render(agent({})).find(({ path }) => path.endsWith("psscripts.ini"))?.text;
    expect(Buffer.from(ini ?? "").subarray(0, 4)).toEqual(Buffer.from([0xff, 0xfe, 0x0d, 0x00]));
    expect(Buffer.from(ini ?? "").toString("utf16le")).toContain("0CmdLine=install-agent.ps1");
  });

  test("a sheet, as text and as a page, with nothing of a name as markup", () => {
    const files = render(agent({ method: "manual" }), ["WS-1", "<b>`x`"]);
    expect(files.map(({ path }) => path)).toEqual(["config.json", "workstations.txt", "manual.md", "manual.html"]);
    expect(fileOf(files, "manual.md")).toContain("- [ ] \\<b\\>\\`x\\`");
    expect(fileOf(files, "manual.html")).toContain("<li>☐ &lt;b&gt;`x`</li>");
  });

  test("a wider ring holds all of the narrower one", () => {
    const names = Array.from({ length: 2000 }, (_, index) => `WS-${index}`);
    const within = (ring: string): readonly string[] => names.filter((name) => isInRing(name, ring));
    expect([within("0%").length, within("100%").length]).toEqual([0, 2000]);
    expect(within("10%").length).toBeGreaterThan(140);
    expect(within("10%").length).toBeLessThan(260);
    expect(within("10%").filter((name) => !isInRing(name, "30%"))).toEqual([]);
  });
});
