import { Buffer } from "node:buffer";
import { generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** A server's certificate and key, as PEM. It vouches for itself: clients take it as their authority. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

const TAG = {
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element of DER: what it is, how long it is, and what it holds. */
function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const digits = body.length.toString(16);
  const length = Buffer.from(digits.length % 2 === 0 ? digits : `0${digits}`, "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(TAG.sequence, ...parts);

const OIDS = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  subjectAltName: "551d11",
  basicConstraints: "551d13",
  keyUsage: "551d0f",
  extendedKeyUsage: "551d25",
  serverAuth: "2b06010505070301",
} as const;

const oid = (name: keyof typeof OIDS): Buffer => der(TAG.oid, Buffer.from(OIDS[name], "hex"));

const ALGORITHM = sequence(oid("ecdsaWithSha256"));

function nameOf(commonName: string): Buffer {
  return sequence(der(TAG.set, sequence(oid("commonName"), der(TAG.text, Buffer.from(commonName)))));
}

function timeOf(date: Date): Buffer {
  return der(TAG.time, Buffer.from(`${date.toISOString().replaceAll(/[-:T]/g, "").slice(0, 14)}Z`));
}

function extension(name: keyof typeof OIDS, isCritical: boolean, value: Buffer): Buffer {
  const critical = isCritical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(name), ...critical, der(TAG.octets, value));
}

const IS_AUTHORITY = sequence(der(0x01, Buffer.from([0xff])));
/** Digital signature, and signing certificates: its own. */
const USAGE = der(TAG.bits, Buffer.from([0x02, 0x84]));
/** `localhost` and 127.0.0.1. */
const HOSTS = sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1])));

const EXTENSIONS = der(
  0xa3,
  sequence(
    extension("basicConstraints", true, IS_AUTHORITY),
    extension("keyUsage", true, USAGE),
    extension("extendedKeyUsage", false, sequence(oid("serverAuth"))),
    extension("subjectAltName", false, HOSTS),
  ),
);

const YEAR_MS = 365 * 24 * 3600 * 1000;

/** A certificate for loopback, good from a year before `now` to ten years after it: no clock of a test is outside. */
export function selfSignedCertificate(now: Date): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const serial = Buffer.concat([Buffer.from([0x01]), randomBytes(8)]);
  const name = nameOf("reeve-sandbox");
  const signed = sequence(
    der(0xa0, der(TAG.integer, Buffer.from([2]))),
    der(TAG.integer, serial),
    ALGORITHM,
    name,
    sequence(timeOf(new Date(now.getTime() - YEAR_MS)), timeOf(new Date(now.getTime() + 10 * YEAR_MS))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    EXTENSIONS,
  );
  return {
    certificate: pemOf(signed, privateKey),
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

function pemOf(signed: Buffer, privateKey: KeyObject): string {
  const signature = sign("sha256", signed, privateKey);
  const whole = sequence(signed, ALGORITHM, der(TAG.bits, Buffer.from([0]), signature));
  const lines = whole.toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}
