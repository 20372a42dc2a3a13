import { ApiError, violates } from "./api-error.ts";

/** A request's JSON object; members are read through the functions here, which refuse as the service does. */
export type Input = Readonly<Record<string, unknown>>;

export function parseInput(body: string): Input {
  try {
    return asInput(body === "" ? {} : JSON.parse(body), "request");
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw new ApiError("SerializationException", "the request body is no JSON");
  }
}

export function asInput(value: unknown, member: string): Input {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Input;
  throw new ApiError("SerializationException", `${member} is no structure`);
}

export function optionalText(input: Input, member: string): string | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === "string") return value;
  throw new ApiError("SerializationException", `${member} is no string`);
}

export function requiredText(input: Input, member: string): string {
  const value = optionalText(input, member);
  if (value === undefined) throw violates(member, "Member must not be null");
  return value;
}

export function optionalNumber(input: Input, member: string): number | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === "number") return value;
  throw new ApiError("SerializationException", `${member} is no number`);
}

export function optionalBoolean(input: Input, member: string): boolean | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || typeof value === "boolean") return value;
  throw new ApiError("SerializationException", `${member} is no boolean`);
}

export function optionalStructure(input: Input, member: string): Input | undefined {
  const value = input[member] ?? undefined;
  return value === undefined ? undefined : asInput(value, member);
}

export function requiredStructure(input: Input, member: string): Input {
  const value = optionalStructure(input, member);
  if (value === undefined) throw violates(member, "Member must not be null");
  return value;
}

export function optionalList(input: Input, member: string): readonly unknown[] | undefined {
  const value = input[member] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw new ApiError("SerializationException", `${member} is no list`);
}

export function optionalTexts(input: Input, member: string): readonly string[] | undefined {
  return optionalList(input, member)?.map((value) => {
    if (typeof value === "string") return value;
    throw new ApiError("SerializationException", `${member} holds what is no string`);
  });
}

/** A list of structures of which the service takes between one and `most`. */
export function requiredStructures(input: Input, member: string, most: number): readonly Input[] {
  const list = optionalList(input, member);
  if (list === undefined) throw violates(member, "Member must not be null");
  checkLength(list, member, most);
  return list.map((value) => asInput(value, member));
}

export function checkLength(list: readonly unknown[], member: string, most: number): void {
  if (list.length < 1) throw violates(member, "Member must have length greater than or equal to 1");
  if (list.length > most) throw violates(member, `Member must have length less than or equal to ${most}`);
}

/** A member that takes one of a set of words. */
export function checkWord(value: string | undefined, member: string, words: readonly string[]): void {
  if (value === undefined || words.includes(value)) return;
  throw violates(member, `Member must satisfy enum value set: [${words.join(", ")}]`);
}

export function checkPattern(value: string, member: string, pattern: RegExp): void {
  if (!pattern.test(value)) throw violates(member, `Member must satisfy regular expression pattern: ${pattern.source}`);
}
