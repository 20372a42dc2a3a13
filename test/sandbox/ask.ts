import { ApiError } from "../../src/sandbox/workspaces/api-error.ts";
import type { Operation } from "../../src/sandbox/workspaces/call.ts";
import { OPERATIONS } from "../../src/sandbox/workspaces/operations.ts";
import type { FaultKind } from "../../src/sandbox/workspaces/world.ts";
import { type SmallWorld, smallWorld } from "./world.ts";

export function ask(world: SmallWorld, name: string, input: object, ...faults: readonly FaultKind[]): string {
  const operation: Operation | undefined = OPERATIONS[name];
  if (operation === undefined) throw new Error(`no operation ${name}`);
  try {
    const output = operation(input as Readonly<Record<string, unknown>>, world.call(...faults));
    const failed = "FailedRequests" in output ? (output.FailedRequests as { readonly ErrorCode: string }[]) : [];
    return failed[0]?.ErrorCode ?? "ok";
  } catch (error) {
    if (error instanceof ApiError) return error.type;
    throw error;
  }
}

export function idOf(world: SmallWorld, user = "jdoe"): string {
  return world.desktop(user)?.wire.WorkspaceId ?? "ws-000000000";
}

export function stateOf(world: SmallWorld, user = "jdoe"): string {
  return world.desktop(user)?.wire.State ?? "absent";
}

/** What one user's desktop goes through, a minute at a time. */
export function course(world: SmallWorld, minutes: number): readonly string[] {
  const states = [stateOf(world)];
  for (let minute = 0; minute < minutes; minute += 1) {
    world.pass(60);
    const state = stateOf(world);
    if (state !== states.at(-1)) states.push(state);
  }
  return states;
}

export const AUTO_STOP = { WorkspaceProperties: { RunningMode: "AUTO_STOP" } };

/** A desktop of jdoe that was made an hour ago. */
export function made(over: object = {}): SmallWorld {
  const world = smallWorld();
  world.create("jdoe", over);
  world.pass(3600);
  return world;
}
