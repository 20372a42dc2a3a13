import { expect, test } from "vitest";
import { conditionOf, isLeaving, isModifying, stateWord } from "../../../src/providers/workspaces/states.ts";
import { live } from "./cost-scene.ts";

test.each([
  ["AVAILABLE", "auto-stop", "ready", "Available"],
  ["AVAILABLE", "always-on", "ready", "Available"],
  ["STOPPED", "auto-stop", "ready", "Stopped"],
  ["STOPPED", "manual", "ready", "Stopped"],
  ["STOPPED", "always-on", "degraded", "Stopped"],
  ["PENDING", "auto-stop", "progressing", "Provisioning"],
  ["STARTING", "auto-stop", "progressing", "Starting"],
  ["STOPPING", "auto-stop", "progressing", "Stopping"],
  ["REBOOTING", "always-on", "progressing", "Rebooting"],
  ["REBUILDING", "always-on", "progressing", "Rebuilding"],
  ["RESTORING", "always-on", "progressing", "Restoring"],
  ["UPDATING", "always-on", "progressing", "Updating"],
  ["MAINTENANCE", "auto-stop", "progressing", "Maintenance"],
  ["UNHEALTHY", "auto-stop", "degraded", "Unhealthy"],
  ["IMPAIRED", "auto-stop", "degraded", "Impaired"],
  ["ERROR", "auto-stop", "failed", "Error"],
  ["TERMINATING", "auto-stop", "leaving", "Terminating"],
  ["TERMINATED", "auto-stop", "leaving", "Terminated"],
  ["SUSPENDED", "auto-stop", "hands-off", "Suspended"],
  ["ADMIN_MAINTENANCE", "auto-stop", "hands-off", "Admin-maintenance"],
  ["A_WORD_OF_TOMORROW", "auto-stop", "hands-off", "A-word-of-tomorrow"],
])("%s under %s is %s", (state, mode, condition, word) => {
  const desktop = live("jdoe", { state, mode });
  expect([conditionOf(desktop), isLeaving(desktop), stateWord(desktop)]).toEqual([
    condition,
    condition === "leaving",
    word,
  ]);
});

test.each([
  { states: [], isUnderWay: false, word: "Available" },
  { states: ["UPDATE_INITIATED"], isUnderWay: true, word: "Modifying" },
  { states: ["UPDATE_FAILED", "UPDATE_IN_PROGRESS"], isUnderWay: true, word: "Modifying" },
  { states: ["UPDATE_FAILED"], isUnderWay: false, word: "Available" },
  { states: ["A_WORD_OF_TOMORROW"], isUnderWay: true, word: "Modifying" },
])("an AVAILABLE desktop whose changes are $states", ({ states, isUnderWay, word }) => {
  const modifications = states.map((state) => ({ resource: "COMPUTE_TYPE", state }));
  const desktop = live("jdoe", { modifications });
  expect([isModifying(desktop), stateWord(desktop)]).toEqual([isUnderWay, word]);
});
