import type { PlacedValue, PolicyElement, PolicyTemplate, TemplatePolicy } from "./policy-template.ts";
import { deletion, dword, isDeletion, placeOf, type RegistryEntry, text } from "./registry-entry.ts";
import { entryTrouble } from "./registry-pol.ts";
import type { SettingName, TimeUnit, WantedSetting, Way } from "./settings.ts";

/** What one setting writes. */
export interface ResolvedSetting {
  readonly setting: SettingName;
  readonly wanted: string;
  readonly policy: string;
  /** `Enabled, Copy Only`, as one would see it in the Group Policy editor. */
  readonly as: string;
  readonly entries: readonly RegistryEntry[];
}

/** Why a setting cannot be brought about with this template; shaped to become a finding. */
export interface SettingRefusal {
  readonly code: "policy-absent" | "policy-ambiguous" | "policy-not-machine" | "policy-option-absent";
  readonly setting: SettingName;
  readonly message: string;
  readonly hint: string;
}

/**
 * A setting by the template, or a refusal: a setting is never left out in silence, and none is guessed. The first way
 * that the template has is taken.
 */
export function resolveSetting(wanted: WantedSetting, template: PolicyTemplate): ResolvedSetting | SettingRefusal {
  const policy = selectPolicy(wanted, template);
  if ("code" in policy) return policy;
  const { setting } = wanted;
  const troubles: string[] = [];
  for (const way of wanted.ways) {
    const tried = tryWay(way, policy);
    if (typeof tried !== "string") {
      return { setting, wanted: wanted.wanted, policy: policy.displayName, as: tried.as, entries: tried.entries };
    }
    troubles.push(tried);
  }
  return {
    code: "policy-option-absent",
    setting,
    message: `"${policy.displayName}" of the template cannot do ${setting}: ${wanted.wanted}: ${[...new Set(troubles)].join("; ")}`,
    hint: `take the newest wsp.admx and wsp.adml from a desktop, or leave ${setting} out`,
  };
}

function selectPolicy(
  { setting, policy: name }: WantedSetting,
  template: PolicyTemplate,
): TemplatePolicy | SettingRefusal {
  const named = template.policies.filter(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
  const [only, second] = named.filter(({ scope }) => scope !== "User");
  const hint = "take the newest wsp.admx and wsp.adml from C:\\Program Files\\Amazon\\WSP\\ of a desktop";
  if (named.length === 0) {
    return {
      code: "policy-absent",
      setting,
      message: `the template has no policy "${name}"`,
      hint: `${hint}, or leave ${setting} out`,
    };
  }
  if (only === undefined) {
    const message = `"${name}" of the template is a policy of users, and a desktop needs one of machines`;
    return { code: "policy-not-machine", setting, message, hint };
  }
  if (second === undefined) return only;
  const message = `the template has several policies "${name}": ${named.map((one) => one.name).join(", ")}`;
  return { code: "policy-ambiguous", setting, message, hint };
}

interface Tried {
  readonly as: string;
  readonly entries: readonly RegistryEntry[];
}

/** The entries of one way, or in words what the template lacks for it. */
function tryWay(way: Way, policy: TemplatePolicy): Tried | string {
  const tried = way.state === "Disabled" ? disable(policy) : enable(way, policy);
  if (typeof tried === "string") return tried;
  const entries = lastOfEachPlace(tried.entries);
  if (entries.every(isDeletion)) return `it writes nothing for ${tried.as}`;
  return entries.map(entryTrouble).find((trouble) => trouble !== null) ?? { as: tried.as, entries };
}

/** An option may write the very value that the policy itself does: the option, being more exact, comes last and holds. */
function lastOfEachPlace(entries: readonly RegistryEntry[]): readonly RegistryEntry[] {
  return [...new Map(entries.map((entry) => [placeOf(entry), entry])).values()];
}

/**
 * The policy's own values for Disabled, its options taken away. Without a value of its own, Disabled is the same in the
 * registry as "Not configured", and the service's default would hold: then this way is none.
 */
function disable(policy: TemplatePolicy): Tried | string {
  const options = policy.elements.filter(({ value }) => value !== "").map(({ key, value }) => deletion(key, value));
  return { as: "Disabled", entries: [...options, ...policy.disabled.map(entryOf)] };
}

function enable(way: Way, policy: TemplatePolicy): Tried | string {
  const chosen = way.choose === undefined ? null : choose(way.choose, policy);
  if (typeof chosen === "string") return chosen;
  const counted = way.time === undefined ? null : count(way.time, policy);
  if (typeof counted === "string") return counted;
  const filled = [chosen, counted].filter((one) => one !== null);
  const left = policy.elements.filter(({ id, isRequired }) => isRequired && filled.every((one) => one.id !== id));
  if (left.length > 0) {
    return `its option ${left.map(({ id }) => `"${id}"`).join(", ")} needs a value that Reeve does not know`;
  }
  const entries = [...policy.enabled.map(entryOf), ...filled.flatMap((one) => one.entries)];
  return { as: ["Enabled", ...filled.map((one) => one.as)].join(", "), entries };
}

interface Filled extends Tried {
  readonly id: string;
}

function choose(names: readonly string[], policy: TemplatePolicy): Filled | string {
  const lists = policy.elements.filter((element) => element.is === "enum");
  for (const name of names) {
    for (const { id, key, value, items } of lists) {
      const item = items.find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
      if (item === undefined || item.content.as === "delete") continue;
      const entries = [{ key, value, content: item.content }, ...item.also].map(entryOf);
      return { id, as: item.displayName, entries };
    }
  }
  const offered = lists.flatMap(({ items }) => items.map(({ displayName }) => `"${displayName}"`));
  const has = offered.length === 0 ? "it has no options" : `its options are ${offered.join(", ")}`;
  return `it has no option ${names.map((name) => `"${name}"`).join(" or ")} (${has})`;
}

function count({ seconds, unit: usual }: NonNullable<Way["time"]>, policy: TemplatePolicy): Filled | string {
  const fields = policy.elements.filter((element): element is DecimalElement => element.is === "decimal");
  const [field, second] = fields;
  if (field === undefined) return "it has no number to set";
  if (second !== undefined) return `it has ${fields.length} numbers, and nothing says which one to set`;
  const unit = unitOf(field.label) ?? usual;
  const amount = unit === "seconds" ? seconds : seconds / 60;
  if (!Number.isSafeInteger(amount)) return `it counts whole ${unit}`;
  if (amount < field.min || amount > field.max) return `it takes ${field.min} to ${field.max} ${unit}, not ${amount}`;
  const { id, key, value, asText } = field;
  const entry = asText ? text(key, value, String(amount)) : dword(key, value, amount);
  return { id, as: `${amount} ${unit}`, entries: [entry] };
}

type DecimalElement = PolicyElement & { readonly is: "decimal" };

/** What a field counts, by its label in the language file. */
function unitOf(label: string): TimeUnit | null {
  const [seconds, minutes] = [/second/i.test(label), /minute/i.test(label)];
  if (seconds === minutes) return null;
  return seconds ? "seconds" : "minutes";
}

function entryOf({ key, value, content }: PlacedValue): RegistryEntry {
  switch (content.as) {
    case "dword":
      return dword(key, value, content.content);
    case "text":
      return text(key, value, content.content);
    case "delete":
      return deletion(key, value);
  }
}
