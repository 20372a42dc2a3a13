import type { Finding, Resource } from "../../estate/resource.ts";
import type { WorkspaceBlueprintSpec, WorkspaceReserveSpec } from "../../generated/documents.ts";
import { refuse } from "../refusal.ts";
import { checkTagCount, checkTags } from "./check-tags.ts";

/** Rules of one reserve; who else has a desktop for its users is `check-people.ts`'s matter. */
export function* checkReserve(
  resource: Resource<WorkspaceReserveSpec>,
  blueprint: Resource<WorkspaceBlueprintSpec> | null,
): Generator<Finding> {
  yield* checkNumbers(resource);
  yield* checkUsers(resource);
  if (blueprint?.spec.running?.mode === "always-on") {
    yield refuse(
      { resource, path: ["spec", "blueprint"] },
      {
        code: "reserve-always-on",
        message: `${blueprint.address} is always-on, and a reserve keeps its desktops stopped, which only auto-stop allows`,
        hint: "name a blueprint with running: { mode: auto-stop }",
      },
    );
  }
  yield* checkTags(resource, resource.spec.tags);
  yield* checkTagCount(resource, resource.spec.tags, blueprint);
}

function* checkNumbers(resource: Resource<WorkspaceReserveSpec>): Generator<Finding> {
  const { users, count, ceiling } = resource.spec;
  const path = count === undefined ? ["spec", "users"] : ["spec", "count"];
  const wanted = count ?? users.length;
  if (wanted > users.length) {
    yield refuse(
      { resource, path },
      {
        code: "reserve-count",
        message: `${wanted} desktops are asked for, and the reserve names ${users.length} ${users.length === 1 ? "user" : "users"}`,
        hint: "AWS makes no desktop without a user: add names to users, or lower count",
      },
    );
  }
  if (wanted > ceiling) {
    yield refuse(
      { resource, path },
      {
        code: "reserve-ceiling",
        message: `${wanted} desktops are asked for, and the reserve's ceiling is ${ceiling}`,
        hint:
          count === undefined
            ? "write count, or a reviewed higher ceiling"
            : "lower count, or raise ceiling in a reviewed change",
      },
    );
  }
}

function* checkUsers(resource: Resource<WorkspaceReserveSpec>): Generator<Finding> {
  const seen = new Map<string, string>();
  for (const [index, user] of resource.spec.users.entries()) {
    const other = seen.get(user.toLowerCase());
    if (other === undefined) seen.set(user.toLowerCase(), user);
    else {
      yield refuse(
        { resource, path: ["spec", "users", index] },
        {
          code: "person-twice",
          message: `${user} and ${other} are one user: directories do not tell upper from lower case`,
          hint: "remove one of them",
        },
      );
    }
  }
}
