import type { ErrorObject } from "ajv";

/**
 * A `oneOf` that fails gives the errors of every branch and its own. The reader meant one branch: where the value's type
 * fits one, its errors alone stay; where it fits none, the `oneOf` error alone.
 */
export function mendAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors.filter((error) => error.keyword === "oneOf").reduce(mendOne, errors);
}

function mendOne(errors: readonly ErrorObject[], choice: ErrorObject): readonly ErrorObject[] {
  const inside = errors.filter((error) => isInside(error, choice));
  const wrong = new Set(
    inside.filter((error) => isTypeMismatch(error, choice)).map((error) => branchOf(error, choice)),
  );
  const meant = inside.filter((error) => !wrong.has(branchOf(error, choice)));
  const dropped = new Set<ErrorObject>(
    meant.length === 0 ? inside : [choice, ...inside.filter((error) => !meant.includes(error))],
  );
  return errors.filter((error) => !dropped.has(error));
}

function isInside(error: ErrorObject, choice: ErrorObject): boolean {
  return (
    error !== choice &&
    error.schemaPath.startsWith(`${choice.schemaPath}/`) &&
    error.instancePath.startsWith(choice.instancePath)
  );
}

function isTypeMismatch(error: ErrorObject, choice: ErrorObject): boolean {
  return error.keyword === "type" && error.instancePath === choice.instancePath;
}

function branchOf(error: ErrorObject, choice: ErrorObject): string {
  return error.schemaPath.slice(choice.schemaPath.length + 1).split("/")[0] ?? "";
}
