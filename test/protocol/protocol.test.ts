import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applianceIdOf, readApplianceId, readMac } from "../../src/protocol/appliance-id.ts";
import { isProven, proveClaim } from "../../src/protocol/claim-proof.ts";
import { CODE_BYTES, codeOf, hashCode, printCode, readCode } from "../../src/protocol/codes.ts";
import { isRecipient, makeSealKeys, openCredential, sealCredential } from "../../src/protocol/seal.ts";
import { isSignedBy, makeSignKeys, printSignKeys, readSignKeys, signText } from "../../src/protocol/sign-keys.ts";
import {
  isAnswerSigned,
  isRequestSigned,
  readSignatureHeaders,
  signAnswer,
  signRequest,
} from "../../src/protocol/signed-request.ts";

describe("codes", () => {
  const codes = fc.uint8Array({ minLength: CODE_BYTES, maxLength: CODE_BYTES }).map(codeOf);

  test("every code is read back however it is typed", () => {
    const sloppy = fc.tuple(
      codes,
      fc.array(fc.constantFrom("", " ", "-"), { minLength: 16, maxLength: 16 }),
      fc.boolean(),
    );
    fc.assert(
      fc.property(sloppy, ([code, blanks, isLower]) => {
        const typed = Array.from(code, (letter, index) => `${letter}${blanks[index] ?? ""}`).join("");
        const confused = typed.replaceAll("0", "o").replaceAll("1", "l");
        for (const text of [typed, confused, printCode(code)]) {
          expect(readCode(isLower ? text.toLowerCase() : text)).toBe(code);
        }
      }),
    );
  });

  test("different bytes, different codes", () => {
    const bytes = fc.uint8Array({ minLength: CODE_BYTES, maxLength: CODE_BYTES });
    fc.assert(fc.property(bytes, bytes, (a, b) => (codeOf(a) === codeOf(b)) === Buffer.from(a).equals(Buffer.from(b))));
  });

  test.each([
    { text: "", is: null },
    { text: "ABCD1234EFGH567", is: null },
    { text: "ABCD1234EFGH56789", is: null },
    { text: "UBCD1234EFGH5678", is: null },
    { text: "ABCD1234EFGH567ı", is: null },
    { text: "abcd-i2l4-efgh-567o", is: "ABCD1214EFGH5670" },
  ])("$text", ({ text, is }) => {
    expect(readCode(text)).toBe(is);
  });

  test("the hash is what the repository holds", () => {
    const code = readCode("ABCD1234EFGH5678");
    expect(code && hashCode(code)).toBe("sha256:5daf3c3fa590bdddc004bd89e04913caa5b4945d1c2dfe914f377aa4d92de74c");
  });
});

test.each([
  { text: "84:3A:5B:91:B6:61", is: "84:3A:5B:91:B6:61" },
  { text: "84-3a-5b-91-b6-61", is: "84:3A:5B:91:B6:61" },
  { text: "843a.5b91.b661", is: "84:3A:5B:91:B6:61" },
  { text: "02:XXXXXXXXXX", is: null },
  { text: "00:00:00:00:00:00", is: null },
  { text: "ff:ff:ff:ff:ff:ff", is: null },
])("hardware address $text", ({ text, is }) => {
  expect(readMac(text)).toBe(is);
});

test("an appliance's id says its site and its name", () => {
  expect(readApplianceId(applianceIdOf("nepa-clinic", "front-desk"))).toEqual({
    site: "nepa-clinic",
    appliance: "front-desk",
  });
  for (const id of ["", "a", "a:", ":b", "a:b:c"]) expect(readApplianceId(id)).toBeNull();
});

describe("signatures", () => {
  const keys = makeSignKeys();
  const other = makeSignKeys();

  test("a key is read back from what was kept", () => {
    const kept = readSignKeys(printSignKeys(keys));
    expect(isSignedBy("x", signText("x", kept), keys.publicKey)).toBe(true);
  });

  const claim = { codeHash: `sha256:${"0".repeat(64)}`, mac: "84:3A:5B:91:B6:61", encKey: `age1${"q".repeat(58)}` };
  test.each([
    { name: "as it was made", facts: claim, key: keys, isGood: true },
    { name: "another code", facts: { ...claim, codeHash: `sha256:${"1".repeat(64)}` }, key: keys, isGood: false },
    { name: "another address", facts: { ...claim, mac: "84:3A:5B:91:B6:62" }, key: keys, isGood: false },
    {
      name: "a swapped key to seal to",
      facts: { ...claim, encKey: `age1${"p".repeat(58)}` },
      key: keys,
      isGood: false,
    },
    { name: "another signer", facts: claim, key: other, isGood: false },
  ])("a proof: $name", ({ facts, key, isGood }) => {
    expect(isProven(facts, proveClaim(claim, keys), key.publicKey)).toBe(isGood);
  });

  const request = { method: "POST", path: "/a?b", body: "{}", applianceId: "s:a", timestamp: 5, nonce: "n".repeat(22) };
  test.each([
    { name: "as it was made", facts: request, isGood: true },
    { name: "another method", facts: { ...request, method: "PUT" }, isGood: false },
    { name: "another path", facts: { ...request, path: "/a?c" }, isGood: false },
    { name: "another body", facts: { ...request, body: "{ }" }, isGood: false },
    { name: "another appliance", facts: { ...request, applianceId: "s:b" }, isGood: false },
    { name: "another time", facts: { ...request, timestamp: 6 }, isGood: false },
    { name: "another nonce", facts: { ...request, nonce: "m".repeat(22) }, isGood: false },
  ])("a request: $name", ({ facts, isGood }) => {
    const read = readSignatureHeaders(signRequest(request, keys));
    expect(read !== null && isRequestSigned(facts, read.signature, keys.publicKey)).toBe(isGood);
  });

  test("an answer fits the request that it answers, and no other", () => {
    const answer = { status: 200, body: "{}", nonce: "n".repeat(22), etag: "" };
    const signature = signAnswer(answer, keys);
    expect(isAnswerSigned(answer, signature, [other.publicKey, keys.publicKey])).toBe(true);
    expect(isAnswerSigned(answer, signature, [other.publicKey])).toBe(false);
    expect(isAnswerSigned({ ...answer, nonce: "m".repeat(22) }, signature, [keys.publicKey])).toBe(false);
    expect(isAnswerSigned({ ...answer, etag: "x" }, signature, [keys.publicKey])).toBe(false);
  });

  test("no text is taken for a key or a signature", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (key, signature) => !isSignedBy("x", signature, key)));
    const flipped = fc.nat({ max: 511 }).map((bit) => {
      const bytes = Buffer.from(signText("x", keys), "base64");
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes.toString("base64");
    });
    fc.assert(fc.property(flipped, (signature) => !isSignedBy("x", signature, keys.publicKey)));
  });
});

describe("sealed credentials", () => {
  const purpose = { site: "s", appliance: "a", name: "admin", version: "v1" };
  const times = { issuedAt: "2026-01-01T00:00:00Z", expiresAt: "2026-01-02T00:00:00Z" };
  const credential = { ...purpose, ...times, type: "domain_admin", username: "u", password: "p" };
  const now = new Date("2026-01-01T12:00:00Z");

  test.each([
    { name: "meant", expected: { ...purpose, now }, is: credential },
    { name: "another site", expected: { ...purpose, site: "t", now }, is: null },
    { name: "another appliance", expected: { ...purpose, appliance: "b", now }, is: null },
    { name: "another name", expected: { ...purpose, name: "winrm", now }, is: null },
    { name: "another version", expected: { ...purpose, version: "v2", now }, is: null },
    { name: "too late", expected: { ...purpose, now: new Date(times.expiresAt) }, is: null },
  ])("$name", async ({ expected, is }) => {
    const keys = await makeSealKeys();
    expect(await openCredential(await sealCredential(credential, keys.recipient), keys.identity, expected)).toEqual(is);
  });

  test("another key, and what was tampered with, do not open", async () => {
    const [keys, other] = [await makeSealKeys(), await makeSealKeys()];
    const sealed = await sealCredential(credential, keys.recipient);
    await expect(openCredential(sealed, other.identity, { ...purpose, now })).rejects.toThrow();
    await expect(
      openCredential(
        sealed.replace(/.(?=\n-----END)/, (last) => (last === "A" ? "B" : "A")),
        keys.identity,
        { ...purpose, now },
      ),
    ).rejects.toThrow();
  });

  test("a recipient is believed when its checksum holds", async () => {
    const { recipient } = await makeSealKeys();
    expect(isRecipient(recipient)).toBe(true);
    expect(isRecipient(`age1${"q".repeat(58)}`)).toBe(false);
    expect(isRecipient(randomBytes(20).toString("hex"))).toBe(false);
  });
});
