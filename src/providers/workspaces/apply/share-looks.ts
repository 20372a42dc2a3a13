import type { LiveDesktop, WorkspacesWriter } from "../model.ts";

interface Gathering {
  readonly ids: Set<string>;
  readonly answer: PromiseWithResolvers<readonly LiveDesktop[]>;
}

/**
 * Looks at single desktops that go on at the same time share their calls: while one call is under way the next one gathers,
 * so that a hundred desktops that are waited for cost four calls a look and not a hundred.
 */
export function shareLooks(writer: WorkspacesWriter): WorkspacesWriter {
  const next = new Map<string, Gathering>();
  const busy = new Set<string>();
  const work = async (region: string): Promise<void> => {
    busy.add(region);
    for (let gathering = next.get(region); gathering !== undefined; gathering = next.get(region)) {
      next.delete(region);
      await writer.desktopsById(region, [...gathering.ids]).then(gathering.answer.resolve, gathering.answer.reject);
    }
    busy.delete(region);
  };
  const look = async (region: string, id: string): Promise<readonly LiveDesktop[]> => {
    const gathering = next.get(region) ?? { ids: new Set(), answer: Promise.withResolvers() };
    next.set(region, gathering);
    gathering.ids.add(id);
    if (!busy.has(region)) void work(region);
    return (await gathering.answer.promise).filter((desktop) => desktop.id === id);
  };
  return {
    ...writer,
    desktopsById: (region, ids) => {
      const [only, ...more] = ids;
      return only === undefined || more.length > 0 ? writer.desktopsById(region, ids) : look(region, only);
    },
  };
}
