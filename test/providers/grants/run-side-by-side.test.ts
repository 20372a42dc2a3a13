/** Many grants at one time: side by side, each in its order, stopped between two calls. */
import { afterEach, describe, expect, test } from "vitest";
import { headlines, type LabEstate, openEstate, type When } from "./lab-estate.ts";
import { SMALL_CLUSTER } from "./small-cluster.ts";

const DURING = new Date("2026-12-03T08:00:00Z");

let estate: LabEstate;
afterEach(() => estate.lab.sandbox.close());

/** A grant each, and the cluster. */
function files(count: number, extra = ""): Readonly<Record<string, string>> {
  const [alice = ""] = (SMALL_CLUSTER["grants.yaml"] ?? "").split("---");
  const names = Array.from({ length: count }, (_, index) => `p${String(index).padStart(2, "0")}`);
  const documents = names.map((name) =>
    alice
      .replace("name: alice", `name: ${name}`)
      .replace("person: alice", `person: ${name}`)
      .replace("# end", `${extra}# end`),
  );
  const cluster = (SMALL_CLUSTER["cluster.yaml"] ?? "")
    .replace("kubeconfig: { path: ~/.kube/config, context: lab }", "kubeconfigFrom: { env: REEVE_KUBECONFIG_LAB }")
    .replace("# end of cluster", "  limits: { qps: 1000, burst: 1000, concurrency: 4 }");
  return { ...SMALL_CLUSTER, "cluster.yaml": cluster, "grants.yaml": documents.join("---\n") };
}

const when = (count: number, extra?: string): When => ({ files: files(count, extra), at: DURING });

describe("grants", () => {
  test("that are added are a change each: the parent lists their namespaces before these are made", async () => {
    estate = await openEstate();
    await estate.apply(when(1));
    const { changes } = await estate.plan(when(3));
    expect(changes.map(({ address, action }) => `${action} ${address}`)).toEqual([
      "create WorkstationGrant/p01",
      "create WorkstationGrant/p02",
    ]);
    estate.writes();
    await estate.apply(when(3));
    const first = estate.writes().filter((write) => /configmaps.reeve|namespaces.ws/.test(write));
    expect(first[0]).toBe("apply configmaps/reeve-robco");
    expect((await estate.plan(when(3))).changes).toEqual([]);
  });

  test("are made side by side, after what the cluster shares, each closed before it is opened", async () => {
    estate = await openEstate();
    const steps: string[] = [];
    const outcomes = await estate.apply({ ...when(6), step: (text) => steps.push(text) });
    expect(outcomes.map((line) => line.split(":")[0])).toEqual([
      "done WorkstationCluster/lab",
      ...["p00", "p01", "p02", "p03", "p04", "p05"].map((name) => `done WorkstationGrant/${name}`),
    ]);
    expect(steps).toContain("applying WorkstationGrant/p05");
    const paths = estate.lab.sandbox.log.writes().map(({ path }) => new URL(path, "https://lab").pathname);
    const places = paths.map((path) => /ws-p\d\d/.exec(path)?.[0] ?? "shared");
    expect(places.lastIndexOf("shared")).toBeLessThan(places.findIndex((place) => place !== "shared"));
    const first = places.indexOf("ws-p00");
    const turns = places.slice(first, places.lastIndexOf("ws-p00"));
    expect(new Set(turns).size).toBeGreaterThan(1);
    for (const name of new Set(places.filter((place) => place !== "shared"))) {
      const own = paths.filter((path) => path.includes(`/${name}`));
      expect(own.findIndex((path) => path.includes("default-deny"))).toBeLessThan(
        own.findIndex((path) => path.includes("statefulsets")),
      );
      expect(own.at(-1)).toContain("httproutes");
    }
  });

  test("that end go first, before anybody comes", async () => {
    estate = await openEstate();
    await estate.apply(when(3));
    estate.writes();
    const [first = "", ...others] = (files(4)["grants.yaml"] ?? "").split("---\n");
    const grants = [first.replace("# end", "  suspended: true\n# end"), ...others].join("---\n");
    await estate.apply({ files: { ...files(4), "grants.yaml": grants }, at: DURING });
    const writes = estate.writes();
    expect(writes[0]).toBe("delete httproutes/ws");
    const entry = writes.indexOf("delete authorizationpolicies/workstation");
    expect(entry).toBeLessThan(writes.indexOf("apply namespaces/ws-p03"));
    expect(entry).toBeLessThan(writes.indexOf("apply statefulsets/workstation"));
  });

  test("stop between two calls at Ctrl-C, and the next run carries on", async () => {
    estate = await openEstate();
    const stop = new AbortController();
    const step = (text: string): void => {
      if (text === "applying WorkstationGrant/p02") stop.abort();
    };
    const outcomes = await estate.apply({ ...when(6), step, signal: stop.signal });
    expect(outcomes.map((line) => line.split(" ")[0])).toContain("skipped");
    expect(outcomes.join("\n")).toContain("stopped before it was finished");
    await estate.apply(when(6));
    expect(headlines(await estate.plan(when(6)))).toEqual([]);
  });

  test("that are all gone at one time are stopped by the valve, and by it alone", async () => {
    estate = await openEstate();
    await estate.apply(when(4));
    estate.writes();
    const none = { ...files(4), "grants.yaml": "" };
    expect(await estate.apply({ files: none, at: DURING })).toEqual([
      "blocked by mass-change: 4 of 4 WorkstationGrant would be deleted or replaced: more than 30 % (spec.safety.maxDeletes)",
    ]);
    expect(estate.writes()).toEqual([]);
    const over = new Date("2026-12-15T08:00:00Z");
    await estate.apply({ files: files(4), at: over });
    expect(headlines(await estate.plan({ files: files(4), at: over }))).toEqual([]);
    const purge = await estate.plan({ files: files(4), at: new Date("2026-12-22T08:00:00Z") });
    expect(purge.blockers.map(({ code }) => code)).toEqual(["mass-change"]);
  });
});
