import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that run for half a minute and more, though few lines: the size, which else decides, would put them last. */
const LONG =
  /\/test\/conformance\/|-kill\.test\.ts$|\/(github\/(faults|comment|attacks|drift-propose|gates|races)|editor|json-output|samba\/gpo|canary|watch|watch-two|site-walk)\.test\.ts$/;

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.test(moduleId);
}

/** No core waits at the end for another's longest file. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => {
      const [one, other] = [a.project, b.project];
      const byGroup = one.config.sequence.groupOrder - other.config.sequence.groupOrder;
      return byGroup || one.name.localeCompare(other.name) || Number(isLong(b)) - Number(isLong(a));
    });
  }
}
