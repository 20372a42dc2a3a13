/** For a value that a schema allows: values that it does not, each wrong in one place. */
type Schema = Readonly<Record<string, unknown>>;

export interface Negation {
  /** Where and what. */
  readonly name: string;
  readonly value: unknown;
}

export function negationsOf(schema: Schema, value: unknown, place = "body"): readonly Negation[] {
  const [inner] = (schema["anyOf"] as readonly Schema[] | undefined) ?? [];
  if (inner !== undefined)
    return value === null
      ? [{ name: `${place}: an object`, value: {} }]
      : without(null, negationsOf(inner, value, place));
  const wrongTypes = WRONG_TYPES.filter(
    ({ fits }) => fits !== schema["type"] && !(fits === "integer" && schema["type"] === "number"),
  );
  const wrong = wrongTypes.map(({ name, value: other }) => ({ name: `${place}: ${name}`, value: other }));
  switch (schema["type"]) {
    case "object":
      return [...wrong, ...objectNegations(schema, value as Record<string, unknown>, place)];
    case "array":
      return [...wrong, ...listNegations(schema, value as readonly unknown[], place)];
    case "string":
      return [...wrong, ...textNegations(schema, String(value), place)];
    case "integer":
      return [...wrong, ...numberNegations(schema, place)];
    default:
      return wrong;
  }
}

const WRONG_TYPES = [
  { name: "null", value: null, fits: "null" },
  { name: "a text for a number", value: "5", fits: "string" },
  { name: "a number", value: 5, fits: "integer" },
  { name: "true", value: true, fits: "boolean" },
  { name: "a list", value: [], fits: "array" },
  { name: "an object", value: {}, fits: "object" },
] as const;

function without(value: unknown, negations: readonly Negation[]): readonly Negation[] {
  return negations.filter((one) => one.value !== value);
}

function objectNegations(schema: Schema, value: Readonly<Record<string, unknown>>, place: string): readonly Negation[] {
  const properties = schema["properties"] as Readonly<Record<string, Schema>>;
  const required = schema["required"] as readonly string[];
  return [
    { name: `${place}: a member too many`, value: { ...value, typo: 1 } },
    { name: `${place}: __proto__`, value: JSON.parse(JSON.stringify(value).replace(/^\{/, '{"__proto__":{"a":1},')) },
    ...required.map((key) => ({
      name: `${place}: no ${key}`,
      value: Object.fromEntries(Object.entries(value).filter(([other]) => other !== key)),
    })),
    ...Object.entries(properties).flatMap(([key, inner]) =>
      Object.hasOwn(value, key)
        ? negationsOf(inner, value[key], `${place}.${key}`).map((one) => ({
            name: one.name,
            value: { ...value, [key]: one.value },
          }))
        : [],
    ),
  ];
}

function listNegations(schema: Schema, value: readonly unknown[], place: string): readonly Negation[] {
  const [first] = value;
  const items = schema["items"] as Schema;
  const tooMany = Array.from({ length: Number(schema["maxItems"]) + 1 }, () => first);
  const inner = first === undefined ? [] : negationsOf(items, first, `${place}[0]`);
  return [
    ...(first === undefined ? [] : [{ name: `${place}: too many`, value: tooMany }]),
    ...inner.map((one) => ({ name: one.name, value: [one.value, ...value.slice(1)] })),
  ];
}

function textNegations(schema: Schema, value: string, place: string): readonly Negation[] {
  const isFixed = schema["enum"] !== undefined || schema["pattern"] !== undefined || schema["format"] !== undefined;
  return [
    { name: `${place}: nothing`, value: "" },
    ...(schema["maxLength"] === undefined
      ? []
      : [{ name: `${place}: too long`, value: "a".repeat(Number(schema["maxLength"]) + 1) }]),
    ...(isFixed ? [{ name: `${place}: a control character`, value: `${value}\u0000` }] : []),
  ];
}

function numberNegations(schema: Schema, place: string): readonly Negation[] {
  return [
    { name: `${place}: a fraction`, value: 1.5 },
    { name: `${place}: too small`, value: Number(schema["minimum"]) - 1 },
    { name: `${place}: too large`, value: Number(schema["maximum"]) * 2 },
  ];
}
