import { createPrivateKey, createPublicKey, diffieHellman } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  abbreviateKey,
  derivePublic,
  flawOf,
  isCanonicalKey,
  keyPairFrom,
  looksClamped,
  privateHalfOf,
  publishedAs,
} from "../../../src/providers/wireguard/keys.ts";

const GOOD = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

test.each([
  ["as wg prints it", GOOD, true],
  ["no padding", GOOD.slice(0, -1), false],
  ["stray bits in the last character", `${GOOD.slice(0, 42)}h=`, false],
  ["base64url", GOOD.replace("T", "-"), false],
  ["white space", `${GOOD} `, false],
  ["newline", `${GOOD}\n`, false],
  ["hex", "00".repeat(32), false],
])("form: %s", (_name, text, expected) => {
  expect(isCanonicalKey(text)).toBe(expected);
});

const LOW_ORDER = [
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
];

test.each(LOW_ORDER)("low order: %s, as OpenSSL finds too", (hex) => {
  const raw = Buffer.from(hex, "hex");
  expect(flawOf(raw.toString("base64"))).toBe("low-order");
  const publicKey = createPublicKey({
    key: Buffer.concat([Buffer.from("302a300506032b656e032100", "hex"), raw]),
    format: "der",
    type: "spki",
  });
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), Buffer.alloc(32, 7)]);
  const privateKey = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
  expect(() => diffieHellman({ privateKey, publicKey })).toThrow();
});

test.each([
  ["high bit", `${"11".repeat(31)}91`, "twin"],
  ["not reduced", `f0${"ff".repeat(30)}7f`, "twin"],
  ["the largest reduced point", `eb${"ff".repeat(30)}7f`, null],
  ["any other", "11".repeat(32), null],
])("flaw: %s", (_name, hex, expected) => {
  expect(flawOf(Buffer.from(hex, "hex").toString("base64"))).toBe(expected);
});

test("keys whose private half is published", () => {
  const key = "HIgo9xNzJMWLKASShiTqIybxZ0U3wGLiUeJ1PKf8ykw=";
  expect(flawOf(key)).toBe("published");
  expect(publishedAs(key)).toContain("wg(8)");
  expect(publishedAs(GOOD)).toBeNull();
});

const pair = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(keyPairFrom);

test("a made pair is clamped, sound, and recognised by its private half", () => {
  fc.assert(
    fc.property(pair, ({ privateKey, publicKey }) => {
      expect([privateKey, publicKey].map(isCanonicalKey)).toEqual([true, true]);
      expect(looksClamped(privateKey)).toBe(true);
      expect(derivePublic(privateKey)).toBe(publicKey);
      expect(privateHalfOf(privateKey, new Set([publicKey]))).toBe(publicKey);
      expect(privateHalfOf(privateKey, new Set())).toBeNull();
      expect(flawOf(publicKey)).toBeNull();
    }),
    { numRuns: 50 },
  );
  expect(() => keyPairFrom(new Uint8Array(31))).toThrow(TypeError);
  expect(privateHalfOf("not a key", new Set())).toBeNull();
  expect(abbreviateKey(GOOD)).toBe("xTIBA5rb…");
});
