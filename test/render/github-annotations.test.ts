import { expect, test } from "vitest";
import { renderGithubAnnotations } from "../../src/render/github-annotations.ts";

test("annotations carry place, code, address, message and hint", () => {
  const at = { file: "desired-state/a.yaml", line: 3, column: 5 };
  expect(
    renderGithubAnnotations([
      {
        severity: "error",
        code: "bad-value",
        message: "spec.mtu: 10 is less than 1280",
        hint: "for example 1420",
        address: "WireGuardHub/hub",
        at,
      },
      { severity: "held", code: "address-conflict", message: "held", at },
      { severity: "notice", code: "note", message: "no place", at: null },
    ]),
  ).toBe(
    "::error file=desired-state/a.yaml,line=3,col=5,title=bad-value%3A WireGuardHub/hub::spec.mtu: 10 is less than 1280%0Afor example 1420\n" +
      "::warning file=desired-state/a.yaml,line=3,col=5,title=address-conflict::held\n" +
      "::notice title=note::no place\n",
  );
});

test("hostile text cannot begin a command or a property of its own", () => {
  const at = { file: "a,line=9::x\n::stop-commands::y.yaml", line: 1, column: 1 };
  const text = renderGithubAnnotations([
    { severity: "error", code: "c", message: "50%\r\n::set-output name=x::y", address: "K/a,b:c", at },
  ]);
  expect(text).toBe(
    "::error file=a%2Cline=9%3A%3Ax%0A%3A%3Astop-commands%3A%3Ay.yaml,line=1,col=1,title=c%3A K/a%2Cb%3Ac::50%25%0D%0A::set-output name=x::y\n",
  );
});
