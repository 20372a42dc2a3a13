import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { suggest } from "../../../support/did-you-mean.ts";
import { packageRoot } from "../../../support/package-root.ts";
import { userError } from "../../../support/user-error.ts";
import type { Templates } from "./render.ts";
import { TEMPLATE_NAMES } from "./slots.ts";
import { parseTemplate } from "./template.ts";

const FOLDER = "templates/grants";
const MOST_BYTES = 65_536;

/**
 * The templates that travel with the package, each replaced by the state repository's own of the same name: files of
 * `templates/grants/` in `root`, the folder that holds the state directory. Throws a `UserError` for what is no template.
 */
export function readTemplates(root: string): Templates {
  const own = new Set(ownNames(join(root, FOLDER)));
  return new Map(
    TEMPLATE_NAMES.map((name) => {
      const file = `${FOLDER}/${name}.hbs`;
      const base = own.has(name) ? root : packageRoot();
      return [name, parseTemplate({ file, text: readFileSync(join(base, file), "utf8") })];
    }),
  );
}

function ownNames(folder: string): readonly string[] {
  const files = listFiles(folder).filter((file) => file.endsWith(".hbs"));
  return files.toSorted().map((file) => {
    const name = file.slice(0, -".hbs".length);
    if (!TEMPLATE_NAMES.includes(name)) {
      throw userError("unknown-template", `${FOLDER}/${file} replaces no template`, suggest(name, TEMPLATE_NAMES));
    }
    const stat = lstatSync(join(folder, file));
    if (stat.isFile() && stat.size <= MOST_BYTES) return name;
    const hint = `a template is a plain file of ${MOST_BYTES} bytes at most, no link`;
    throw userError("unreadable-template", `${FOLDER}/${file} is not read`, hint);
  });
}

/** A link instead of the folder would read from elsewhere; no folder is no templates. */
function listFiles(folder: string): readonly string[] {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true ? readdirSync(folder) : [];
}
