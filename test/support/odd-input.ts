/** Input that no endpoint should take. */
import { TOKENS } from "./site-server.ts";

const deep = (text: string): string => text.repeat(100_000);
export const ODD_BODIES: readonly (string | Buffer)[] = [
  ...'{,[,null,nul,",1e,\u0000,{}{},//'.split(","),
  "\ufeff{",
  `{"a":${"1".repeat(400)}}`,
  deep("["),
  deep('{"a":'),
  `${deep("[")}${deep("]")}`,
  `"${"x".repeat(1_100_000)}"`,
  '{"__proto__":{"code":"x"}}',
  '{"constructor":{"prototype":{"code":"x"}}}',
  Buffer.from([0x22, 0xff, 0xfe, 0x22]),
];

export const ODD_TYPES = [
  "text/plain",
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=x",
  "application/xml",
  "application/jsonp",
  "odd",
  "*/*",
  "",
];

export const ODD_BEARERS = [
  "",
  "Bearer",
  "Bearer ",
  `bearer ${TOKENS.operate}`,
  `Basic ${TOKENS.operate}`,
  `Bearer ${TOKENS.operate}x`,
  `Bearer ${TOKENS.operate} `.repeat(2),
  `Bearer ${"x".repeat(9000)}`,
];

export const ODD_PATHS = [
  "/%zz",
  "//",
  "/api",
  "/api/provision/config/",
  "/api/sites//domain-credentials",
  "/api/provision/claim/",
  "/API/provision/claim",
  "/api/provision/claim%00",
  "/api/sites/%2e%2e/domain-credentials",
];

export const ODD_HEADERS = [
  "",
  " ",
  "x",
  "x".repeat(16_000),
  "\u00e4",
  "0",
  "-1",
  "9".repeat(16),
  "1e3",
  "a:b",
  "A".repeat(86) + "==",
  "../..",
  "%00",
  "null",
];

export const ODD_PARAMETERS = [
  "%00",
  "%2e%2e",
  "..%2f..",
  "x".repeat(150),
  "x".repeat(5000),
  "%ff",
  "a:b:c",
  ":",
  "nowhere",
  "nowhere:none",
  "%F0%9F%92%A9",
  "__proto__",
  "'--",
];
