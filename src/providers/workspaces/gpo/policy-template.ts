import { parseXml, type XmlElement, XmlError } from "@rgrove/parse-xml";
import { attribute, childrenOf, firstChild, localName } from "./xml.ts";

/** A value that a template writes, or `delete`, which takes it away. */
type TemplateValue =
  | { readonly as: "dword"; readonly content: number }
  | { readonly as: "text"; readonly content: string }
  | { readonly as: "delete" };

/** A value with its place; `key` is the policy's own where the template gives none. */
export interface PlacedValue {
  readonly key: string;
  readonly value: string;
  readonly content: TemplateValue;
}

interface EnumItem {
  /** As the Group Policy editor shows it. */
  readonly displayName: string;
  readonly content: TemplateValue;
  readonly also: readonly PlacedValue[];
}

/** An option of a policy. `other` is a kind that Reeve's settings never need: text, list, check box. */
export type PolicyElement = {
  readonly id: string;
  readonly key: string;
  readonly value: string;
  readonly isRequired: boolean;
} & (
  | { readonly is: "enum"; readonly items: readonly EnumItem[] }
  | {
      readonly is: "decimal";
      readonly min: number;
      readonly max: number;
      readonly asText: boolean;
      readonly label: string;
    }
  | { readonly is: "other" }
);

/** One policy of an administrative template, its names looked up in the language file. */
export interface TemplatePolicy {
  readonly name: string;
  readonly displayName: string;
  readonly scope: "Machine" | "User" | "Both";
  readonly key: string;
  /** The value that says enabled or disabled; null where only the options are written. */
  readonly value: string | null;
  readonly enabled: readonly PlacedValue[];
  readonly disabled: readonly PlacedValue[];
  readonly elements: readonly PolicyElement[];
}

export interface PolicyTemplate {
  readonly policies: readonly TemplatePolicy[];
}

/** Reads a template and its language file, or says why they cannot be read. Nothing in them is run or fetched. */
export function parsePolicyTemplate(admx: string, adml: string): PolicyTemplate | { readonly trouble: string } {
  try {
    const language = parseLanguage(rootOf(adml, "policyDefinitionResources"));
    const root = rootOf(admx, "policyDefinitions");
    const policies = childrenOf(firstChild(root, "policies"), "policy").map((policy) => parsePolicy(policy, language));
    return policies.length === 0 ? { trouble: "the template holds no policies" } : { policies };
  } catch (error) {
    if (error instanceof XmlError || error instanceof TemplateError) return { trouble: firstLine(error.message) };
    throw error;
  }
}

class TemplateError extends Error {
  override readonly name = "TemplateError";
}

function firstLine(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

function rootOf(xml: string, name: string): XmlElement {
  const root = parseXml(xml).root;
  if (root === null || localName(root) !== name) throw new TemplateError(`the root is not <${name}>`);
  return root;
}

/** What the language file holds: texts by their id, and labels of options by the option's. */
interface Language {
  readonly strings: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
}

function parseLanguage(root: XmlElement): Language {
  const resources = firstChild(root, "resources");
  const strings = childrenOf(firstChild(resources, "stringTable"), "string");
  const fields = childrenOf(firstChild(resources, "presentationTable"), "presentation").flatMap((one) =>
    one.children.filter(isElement),
  );
  return {
    strings: new Map(strings.map((one) => [attribute(one, "id") ?? "", one.text.trim()])),
    labels: new Map(fields.map((field) => [attribute(field, "refId") ?? "", field.text.trim()])),
  };
}

function parsePolicy(policy: XmlElement, language: Language): TemplatePolicy {
  const key = need(policy, "key");
  const value = attribute(policy, "valueName");
  const scope = need(policy, "class");
  if (scope !== "Machine" && scope !== "User" && scope !== "Both") throw new TemplateError(`unknown class "${scope}"`);
  const elements = firstChild(policy, "elements")?.children ?? [];
  return {
    name: need(policy, "name"),
    displayName: lookUp(need(policy, "displayName"), language),
    scope,
    key,
    value,
    enabled: stateValues(policy, "enabled", { key, value }),
    disabled: stateValues(policy, "disabled", { key, value }),
    elements: elements.flatMap((node) => (isElement(node) ? [parseElement(node, key, language)] : [])),
  };
}

/** What `enabledValue` and `enabledList` (or the disabled ones) write; without either, what the format says: 1, or away. */
function stateValues(
  policy: XmlElement,
  state: "enabled" | "disabled",
  own: { readonly key: string; readonly value: string | null },
): readonly PlacedValue[] {
  const single = firstChild(policy, `${state}Value`);
  const listed = parseList(firstChild(policy, `${state}List`), own.key);
  if (own.value === null) return listed;
  const usual: TemplateValue = state === "enabled" ? { as: "dword", content: 1 } : { as: "delete" };
  const content = single === null ? usual : parseValue(single);
  const isSilent = single === null && listed.length > 0;
  return isSilent ? listed : [{ key: own.key, value: own.value, content }, ...listed];
}

function parseList(list: XmlElement | null, policyKey: string): readonly PlacedValue[] {
  const key = (list === null ? null : attribute(list, "defaultKey")) ?? policyKey;
  return childrenOf(list, "item").map((item) => ({
    key: attribute(item, "key") ?? key,
    value: need(item, "valueName"),
    content: parseValue(firstChild(item, "value")),
  }));
}

function parseElement(element: XmlElement, policyKey: string, language: Language): PolicyElement {
  const key = attribute(element, "key") ?? policyKey;
  const isRequired = attribute(element, "required") === "true";
  const common = { id: attribute(element, "id") ?? "", key, value: attribute(element, "valueName") ?? "", isRequired };
  switch (localName(element)) {
    case "enum":
      return {
        ...common,
        is: "enum",
        items: childrenOf(element, "item").map((item) => parseItem(item, key, language)),
      };
    case "decimal":
      return {
        ...common,
        is: "decimal",
        min: Number(attribute(element, "minValue") ?? 0),
        max: Number(attribute(element, "maxValue") ?? 9999),
        asText: attribute(element, "storeAsText") === "true",
        label: language.labels.get(common.id) ?? "",
      };
    default:
      return { ...common, is: "other" };
  }
}

function parseItem(item: XmlElement, key: string, language: Language): EnumItem {
  return {
    displayName: lookUp(need(item, "displayName"), language),
    content: parseValue(firstChild(item, "value")),
    also: parseList(firstChild(item, "valueList"), key),
  };
}

function parseValue(holder: XmlElement | null): TemplateValue {
  const value = holder?.children.find(isElement);
  if (value === undefined) throw new TemplateError("a value is missing");
  switch (localName(value)) {
    case "decimal":
      return { as: "dword", content: parseDword(need(value, "value")) };
    case "string":
      return { as: "text", content: value.text };
    case "delete":
      return { as: "delete" };
    default:
      throw new TemplateError(`values of type <${value.name}> are not supported`);
  }
}

function parseDword(digits: string): number {
  const content = /^\d{1,10}$/.test(digits) ? Number(digits) : Number.NaN;
  if (!(content <= 0xffffffff)) throw new TemplateError(`"${digits}" is no number of 32 bits`);
  return content;
}

/** `$(string.Name)` by the language file's table; anything else is its own text. */
function lookUp(reference: string, { strings }: Language): string {
  const id = /^\$\(string\.([^)]+)\)$/.exec(reference)?.[1];
  if (id === undefined) return reference;
  const found = strings.get(id);
  if (found === undefined)
    throw new TemplateError(`the language file has no text "${id}": it belongs to another template`);
  return found;
}

function need(element: XmlElement, name: string): string {
  const found = attribute(element, name);
  if (found === null) throw new TemplateError(`<${element.name}> has no ${name}`);
  return found;
}

function isElement(node: { readonly type: string }): node is XmlElement {
  return node.type === "element";
}
