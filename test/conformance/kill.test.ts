import { describe } from "vitest";
import { FIXTURES } from "./fixtures/index.ts";
import { killedAtEveryCall } from "./laws/law-5-no-state-file.ts";

/** Every call takes minutes: by default a sample, all of them with REEVE_TEST_EVERY_KILL=1 (docs/conformance.md). */
const everyCall = process.env["REEVE_TEST_EVERY_KILL"] === "1";

describe.each(FIXTURES)("$title", (fixture) => {
  killedAtEveryCall(
    fixture,
    everyCall
      ? { moments: ["before", "after", "reeve"], stride: 1 }
      : { moments: ["before", "reeve"], stride: fixture.killStride },
  );
});
