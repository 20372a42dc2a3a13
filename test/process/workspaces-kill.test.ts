import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { again, describeDesktop, plant, prepareScenario, type Scenario } from "../support/desktop-scenario.ts";
import { type Disturbance, disturb, everyDisturbance, isOfWrite, nameOf } from "../support/disturb.ts";

/** All of them take minutes: by default most of the writes' and a sample of the reads' (docs/conformance.md). */
const isThorough = process.env["REEVE_TEST_EVERY_KILL"] === "1";
const STRIDE_OF_READS = isThorough ? 1 : 19;

/** What the issue asks for. */
const LEAST = 200;

describe("desktops: an apply that is disturbed at one call, then apply until nothing is left to do", () => {
  let scenario: Scenario;
  let all: readonly Disturbance[];
  const struck = new Set<string>();

  beforeAll(async () => {
    scenario = await prepareScenario();
    all = await everyDisturbance(scenario, { isThorough });
  });
  afterAll(() => scenario.account[Symbol.asyncDispose]());

  const disturbEach = async (chosen: readonly Disturbance[]): Promise<void> => {
    for (const disturbance of chosen) {
      const isStruck = await disturb(scenario, disturbance).catch((error: unknown) => {
        throw new Error(`after ${nameOf(disturbance)}`, { cause: error });
      });
      if (isStruck) struck.add(nameOf(disturbance));
    }
  };

  it("killed before and after a write, connections that break, servers that fail", { timeout: 900_000 }, async () => {
    await disturbEach(all.filter(isOfWrite));
  });

  it("the same of what it reads", { timeout: 1_800_000 }, async () => {
    const reads = all.filter((one) => !isOfWrite(one));
    await disturbEach(reads.filter((_, index) => index % STRIDE_OF_READS === 0));
  });

  it("takes no desktop that somebody else made after the plan, and makes no second one", async () => {
    const { account, ...rest } = await again(scenario);
    await using _closed = account;
    const made = await account.apply({ operation: "CreateWorkspaces", act: () => plant(account, "nell", "oregon") });
    const others = made === "killed" ? [] : made.outcomes.filter(({ status }) => status !== "done");
    expect(others).toMatchObject([{ address: "Workspace/nell", status: "failed", failure: "conflict" }]);
    const theirs = account.desktops().filter(({ wire }) => wire.UserName === "nell");
    expect(theirs.map(({ tags }) => tags)).toEqual([{ Owner: "nell" }]);
    expect(describeDesktop({ account, ...rest }, "nora")).toEqual([rest.wanted["nora"]]);
  });

  it(`went through ${LEAST} different points at least`, () => {
    process.stdout.write(`desktops: ${struck.size} different kill points and faults\n`);
    expect(struck.size).toBeGreaterThanOrEqual(LEAST);
  });
});
