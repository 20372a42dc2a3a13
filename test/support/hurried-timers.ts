/** Loaded before Reeve (`--import`). */
import { hurryTimers } from "./hurry-timers.ts";

hurryTimers();
