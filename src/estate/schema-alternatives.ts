import type { ErrorObject } from "ajv";

/**
 * A `oneOf` that fails gives the errors of every branch and its own. The reader meant one branch: where the value's type, or
 * among mappings its fields, fit one better than the others, its errors alone stay; else the `oneOf` error alone.
 */
export function mendAlternatives(errors: readonly ErrorObject[]): readonly ErrorObject[] {
  return errors.filter((error) => error.keyword === "oneOf").reduce(mendOne, errors);
}

function mendOne(errors: readonly ErrorObject[], choice: ErrorObject): readonly ErrorObject[] {
  const inside = errors.filter((error) => isInside(error, choice));
  const wrong = new Set(
    inside.filter((error) => isTypeMismatch(error, choice)).map((error) => branchOf(error, choice)),
  );
  const meant = closestBranch(
    inside.filter((error) => !wrong.has(branchOf(error, choice))),
    choice,
  );
  const dropped = new Set<ErrorObject>(
    meant.length === 0 ? inside : [choice, ...inside.filter((error) => !meant.includes(error))],
  );
  return errors.filter((error) => !dropped.has(error));
}

/** The errors of the branch that knows most of the value's fields; none where two know as many. */
function closestBranch(errors: readonly ErrorObject[], choice: ErrorObject): readonly ErrorObject[] {
  const branches = [...Map.groupBy(errors, (error) => branchOf(error, choice)).values()].map((own) => ({
    own,
    strangers: own.filter((error) => isStranger(error, choice)).length,
  }));
  const [first, second] = branches.toSorted((a, b) => a.strangers - b.strangers);
  return first === undefined || first.strangers === second?.strangers ? [] : first.own;
}

function isStranger(error: ErrorObject, choice: ErrorObject): boolean {
  return error.keyword === "additionalProperties" && error.instancePath === choice.instancePath;
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
