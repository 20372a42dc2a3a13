import { writeFileSync } from "node:fs";

/** Preloaded by the benchmark: at its end the program writes its own peak memory in KiB where it is told to. */
const file = process.env["REEVE_BENCH_PEAK"];
if (file !== undefined) process.once("exit", () => writeFileSync(file, String(process.resourceUsage().maxRSS)));
