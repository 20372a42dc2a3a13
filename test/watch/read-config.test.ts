import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { parseConfig } from "../../src/watch/config/read-config.ts";
import { openServiceManager } from "../../src/watch/service-manager.ts";

test("an empty file is the defaults; a repository brings its own", () => {
  expect(parseConfig("", "w.yaml")).toEqual({ apply: "on-commit", interval: "10m", stopWithin: "60s" });
  expect(parseConfig("repository: { url: git@x.test:a/b.git }", "w.yaml").repository).toEqual({
    url: "git@x.test:a/b.git",
    branch: "main",
    path: "desired-state",
    poll: "30s",
  });
});

test.each([
  { text: "aply: on-commit", says: "w.yaml:1:1: error: the file must NOT have additional properties: aply" },
  { text: "interval: 5", says: "w.yaml:1:11: error: interval must be string" },
  { text: "apply: always", says: "w.yaml:1:8: error: apply must be equal to one of the allowed values" },
  { text: "repository: { url: https://ada:secret@x.test/a.git }", says: "repository.url must match pattern" },
  { text: "repository: { url: --upload-pack=x }", says: "repository.url must match pattern" },
  { text: "repository: { url: ext::sh -c x }", says: "repository.url must match pattern" },
  {
    text: "lease: { kubernetes: { namespace: a, name: b }, postgres: { urlFrom: { env: A } } }",
    says: "lease must NOT have more than 1",
  },
  {
    text: "listen: { port: 1, tokens: [{ name: a, hash: reeve_x, scopes: [read] }] }",
    says: "hash must match pattern",
  },
  { text: "interval: [", says: "w.yaml:" },
])("$text", ({ text, says }) => {
  expect(() => parseConfig(text, "w.yaml")).toThrow(says);
  expect(() => parseConfig(text, "w.yaml")).not.toThrow("secret");
});

test("systemd is told of readiness, a round and the end; without a socket nothing is started", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reeve-notify-"));
  try {
    const tool = join(folder, "systemd-notify");
    writeFileSync(tool, `#!/bin/sh\necho "$@" >> ${folder}/told\n`);
    chmodSync(tool, 0o755);
    const environment = { PATH: `${folder}${delimiter}${process.env["PATH"] ?? ""}`, NOTIFY_SOCKET: "/run/x" };
    const manager = openServiceManager(environment, () => undefined);
    const told = (): string => readFileSync(join(folder, "told"), { encoding: "utf8", flag: "a+" });
    for (const [say, word] of [
      [manager.ready, "--ready"],
      [() => manager.tell("well"), "--status=well"],
      [manager.stopping, "STOPPING=1"],
    ] as const) {
      say();
      for (let tries = 0; !told().includes(word) && tries < 200; tries += 1) await setTimeout(25);
    }
    manager.close();
    const pid = `--pid=${process.pid}`;
    expect(told()).toBe(`${pid} --ready\n${pid} --status=well\n${pid} STOPPING=1\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
