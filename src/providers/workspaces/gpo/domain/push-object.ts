import { isSame } from "./compare-object.ts";
import { DomainTrouble, stale } from "./domain-trouble.ts";
import { OBJECT_FILE_ORDER, type ObjectPush, type ObjectReading } from "./object.ts";
import type { DomainTarget, PolicyDomainsWriter } from "./policy-domains.ts";

/**
 * The marker says what is about to be, so that whoever comes after a run that died knows whose values these are and that the
 * version has yet to be raised. The version comes last: a client that saw it any sooner would take old values for the new ones.
 */
export async function pushObject(writer: PolicyDomainsWriter, target: DomainTarget, push: ObjectPush): Promise<void> {
  const { reading, files, version, extensions } = push;
  if (!isAsRead(await writer.readObject(target), reading)) throw stale(target.object);
  const changed = OBJECT_FILE_ORDER.filter((file) => !isSame(files[file], reading.files[file]));
  if (changed.length > 0) await writer.stage(target, push, changed);
  for (const file of changed) await writer.replace(target, push, file);
  if (version !== reading.version || extensions !== reading.extensions) await writer.raise(target, push);
  if (!isAsRead(await writer.readObject(target), { ...reading, files, version, extensions })) {
    throw new DomainTrouble({
      code: "object-stale",
      failure: "conflict",
      message: `"${target.object}" was written, and what is read back is something else`,
      next: "plan again; where it happens again, somebody else writes the object, too",
    });
  }
}

function isAsRead(now: ObjectReading, before: ObjectReading): boolean {
  const isInPlace = now.path === before.path && now.version === before.version && now.extensions === before.extensions;
  return isInPlace && OBJECT_FILE_ORDER.every((file) => isSame(now.files[file], before.files[file]));
}
