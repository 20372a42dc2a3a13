import { describe } from "vitest";
import { systemTestsMissing } from "../support/system.ts";
import { wireguardLocal } from "./fixtures/wireguard.ts";
import { lawOne } from "./laws/law-1-plan-cannot-write.ts";
import { lawTwo } from "./laws/law-2-apply-does-what-was-reviewed.ts";
import { lawThree } from "./laws/law-3-apply-then-plan-is-empty.ts";
import { lawFour } from "./laws/law-4-no-marker-no-delete.ts";
import { killedAtEveryCall, lawFive } from "./laws/law-5-no-state-file.ts";
import { lawSix } from "./laws/law-6-secrets.ts";
import { lawTen } from "./laws/law-10-ignore-once.ts";
import { lawTwelve } from "./laws/law-12-ctrl-c.ts";

/** The laws that what a provider finds on a real interface can break; the others are held on a file host. */
const missing = systemTestsMissing("wireguard");
const everyCall = process.env["REEVE_TEST_EVERY_KILL"] === "1";

describe.skipIf(missing !== null)(`${wireguardLocal.title} (${missing ?? "in a network namespace"})`, () => {
  lawOne(wireguardLocal);
  lawTwo(wireguardLocal);
  lawThree(wireguardLocal);
  lawFour(wireguardLocal);
  lawFive(wireguardLocal);
  lawSix(wireguardLocal);
  lawTen(wireguardLocal);
  lawTwelve(wireguardLocal);
  killedAtEveryCall(
    wireguardLocal,
    everyCall
      ? { moments: ["before", "after", "reeve"], stride: 1 }
      : { moments: ["before"], stride: wireguardLocal.killStride },
  );
});
