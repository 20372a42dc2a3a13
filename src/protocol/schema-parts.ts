/** Parts of the schemas of bodies. Every object is closed: what is not named is refused. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** The schema of an object, with those of its members. */
export interface ObjectSchema extends JsonSchema {
  readonly properties: Readonly<Record<string, JsonSchema>>;
}

/** A closed object; members whose name ends in `?` may be left out. */
export function object(members: Readonly<Record<string, JsonSchema>>, more: JsonSchema = {}): ObjectSchema {
  const names = Object.keys(members);
  return {
    type: "object",
    additionalProperties: false,
    required: names.filter((name) => !name.endsWith("?")),
    properties: Object.fromEntries(Object.entries(members).map(([name, schema]) => [name.replace(/\?$/, ""), schema])),
    ...more,
  };
}

export function text(maxLength: number, pattern?: string): JsonSchema {
  return { type: "string", minLength: 1, maxLength, ...(pattern === undefined ? {} : { pattern }) };
}

export function whole(minimum: number, maximum: number): JsonSchema {
  return { type: "integer", minimum, maximum };
}

export function list(items: JsonSchema, maxItems: number): JsonSchema {
  return { type: "array", items, maxItems };
}

export function orNull(schema: JsonSchema): JsonSchema {
  return { anyOf: [schema, { type: "null" }] };
}

export function oneOf(values: readonly string[]): JsonSchema {
  return { type: "string", enum: values };
}

const PRINTABLE = "^[^\\u0000-\\u001f\\u007f]+$";

export const PARTS = {
  name: text(63, "^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$"),
  applianceId: text(127, "^[a-z0-9.-]{1,63}:[a-z0-9.-]{1,63}$"),
  mac: text(17, "^([0-9A-F]{2}:){5}[0-9A-F]{2}$"),
  hostname: text(253, "^[A-Za-z0-9]([A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$"),
  key: text(44, "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$"),
  recipient: text(62, "^age1[a-z0-9]{58}$"),
  signature: text(88, "^[A-Za-z0-9+/]{86}==$"),
  hash: text(71, "^sha256:[0-9a-f]{64}$"),
  random: text(22, "^[A-Za-z0-9_-]{22}$"),
  instant: { type: "string", format: "date-time", maxLength: 40 },
  seconds: whole(1, 86_400),
  generation: whole(0, 1_000_000),
  line: text(256, PRINTABLE),
  note: text(1024, "^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f]+$"),
} as const satisfies Record<string, JsonSchema>;
