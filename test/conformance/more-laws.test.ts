import { describe } from "vitest";
import { FIXTURES } from "./fixtures/index.ts";
import { lawSix } from "./laws/law-6-secrets.ts";
import { lawSeven } from "./laws/law-7-refusals.ts";
import { lawNine } from "./laws/law-9-mass-change.ts";
import { lawTen } from "./laws/law-10-ignore-once.ts";
import { lawTwelve } from "./laws/law-12-ctrl-c.ts";

describe.each(FIXTURES)("$title", (fixture) => {
  lawSix(fixture);
  lawSeven(fixture);
  lawNine(fixture);
  lawTen(fixture);
  lawTwelve(fixture);
});
