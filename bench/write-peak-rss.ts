import { writeFileSync } from "node:fs";

/** Preloaded by the benchmark: at its end the program writes its own peak memory in KiB and its processor time in ms. */
const file = process.env["REEVE_BENCH_PEAK"];
if (file !== undefined)
  process.once("exit", () => {
    const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
    writeFileSync(file, `${maxRSS} ${(userCPUTime + systemCPUTime) / 1000}`);
  });
