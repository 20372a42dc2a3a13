import { fields, items, text, textMap, texts } from "./fields.ts";
import { and, not, or, type Ternary, when } from "./ternary.ts";

/** What is known of an object's labels; `open` when it may carry others as well. */
export interface Labels {
  readonly known: Readonly<Record<string, string>>;
  readonly open?: boolean;
}

/** One requirement of a label selector: `matchLabels` are `In` with one value. */
interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

export type Selector = readonly Requirement[];

export function readSelector(value: unknown): Selector {
  const { matchLabels, matchExpressions } = fields(value);
  const expressions = items(matchExpressions).map((item) => {
    const { key, operator, values } = fields(item);
    return { key: text(key) ?? "", operator: text(operator) ?? "", values: texts(values) };
  });
  return [...selectorOf(textMap(matchLabels)), ...expressions];
}

/** The selector that asks for these labels. */
export function selectorOf(labels: Labels["known"]): Selector {
  return Object.entries(labels).map(([key, label]) => ({ key, operator: "In", values: [label] }));
}

/** Whether a selector matches; an empty one matches everything. */
export function matchesLabels(selector: Selector, labels: Labels): Ternary {
  return and(...selector.map((requirement) => meets(requirement, labels)));
}

function meets({ key, operator, values }: Requirement, labels: Labels): Ternary {
  const label = Object.hasOwn(labels.known, key) ? labels.known[key] : undefined;
  const present = label === undefined && labels.open === true ? "maybe" : when(label !== undefined);
  const among = present === "yes" ? when(values.includes(label ?? "")) : present;
  switch (operator) {
    case "In":
      return among;
    case "NotIn":
      return or(not(present), not(among));
    case "Exists":
      return present;
    case "DoesNotExist":
      return not(present);
    default:
      return "maybe";
  }
}

/** Labels that a selector matches, as few as can be: one example for each value that it names. */
export function examplesOf(selector: Selector): readonly Labels["known"][] {
  const first = Object.fromEntries(selector.flatMap(exampleLabels).map(([key, [value]]) => [key, value ?? ""]));
  const varied = selector
    .flatMap(exampleLabels)
    .flatMap(([key, values]) => values.slice(1).map((value) => ({ ...first, [key]: value })));
  return [first, ...varied];
}

function exampleLabels({ key, operator, values }: Requirement): readonly (readonly [string, readonly string[]])[] {
  if (operator === "In") return [[key, values]];
  return operator === "Exists" ? [[key, ["any"]]] : [];
}
