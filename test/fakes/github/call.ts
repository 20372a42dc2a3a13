import { type Answer, notFound } from "./answer.ts";
import type { Budget } from "./budget.ts";
import type { Fields } from "./tree.ts";
import type { Repo, Token, World } from "./world.ts";

/** One request, checked and admitted. */
export interface Call {
  readonly world: World;
  readonly token: Token;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Fields;
  readonly body: Fields;
  /** The media type asked for. */
  readonly accept: string;
  readonly budget: Budget;
}

/** A call on a repository. */
export interface RepoCall extends Call {
  readonly repo: Repo;
}

export type Handler = (call: RepoCall) => Answer | Promise<Answer>;
/** For what belongs to no repository. */
export type GlobalHandler = (call: Call) => Answer | Promise<Answer>;

export function param(call: Call, name: string): string {
  const value = call.params[name];
  if (value === undefined) throw new Error(`the path has no {${name}}`);
  return value;
}

export function found<Thing>(thing: Thing | undefined | null): Thing {
  if (thing === undefined || thing === null) throw notFound();
  return thing;
}

/** A text that the contract requires. */
export function needed(body: Fields, name: string): string {
  const value = body.text(name);
  if (value === undefined) throw new Error(`the body has no ${name}`);
  return value;
}
