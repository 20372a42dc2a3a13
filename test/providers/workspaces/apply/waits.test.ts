import { expect, test } from "vitest";
import type { Session } from "../../../../src/providers/provider.ts";
import { pollUntil } from "../../../../src/providers/workspaces/apply/waits.ts";

/** Each look takes so long; gives how many there were, and whether the last one saw it. */
async function poll(limitMs: number, looks: readonly { readonly takesMs: number; readonly sees: boolean }[]) {
  let time = 0;
  let count = 0;
  const session: Session = {
    estate: "lab",
    root: "",
    environment: {},
    calls: { send: (_label, request) => request() },
    signal: new AbortController().signal,
    progress: { step: () => undefined },
    clock: {
      now: () => new Date(time),
      sleep: async (milliseconds) => {
        time += milliseconds;
      },
    },
  };
  const answer = await pollUntil({ session, limitMs, what: "it" }, async () => {
    const { takesMs, sees } = looks[count] ?? { takesMs: 0, sees: false };
    count += 1;
    time += takesMs;
    return sees ? true : null;
  });
  return { answer, count };
}

test.each([
  { name: "seen at once", limitMs: 0, looks: [{ takesMs: 0, sees: true }], expect: { answer: true, count: 1 } },
  {
    name: "seen in time",
    limitMs: 3000,
    looks: [
      { takesMs: 0, sees: false },
      { takesMs: 0, sees: true },
    ],
    expect: { answer: true, count: 2 },
  },
  { name: "never seen: looks at 0, 1, 3 and 7 seconds", limitMs: 5000, looks: [], expect: { answer: null, count: 4 } },
  {
    name: "a look that outlasts the wait is followed by one more",
    limitMs: 5000,
    looks: [
      { takesMs: 60_000, sees: false },
      { takesMs: 0, sees: true },
    ],
    expect: { answer: true, count: 2 },
  },
  {
    name: "and by no third",
    limitMs: 5000,
    looks: [{ takesMs: 60_000, sees: false }],
    expect: { answer: null, count: 2 },
  },
])("a wait: $name", async ({ limitMs, looks, expect: expected }) => {
  expect(await poll(limitMs, looks)).toEqual(expected);
});
