/** One program at a time has a folder. */
import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { createServer } from "node:net";
import { userError } from "../../support/user-error.ts";
import { folderAt, sweepFolder } from "./folder.ts";

/**
 * An abstract socket (Linux) is the lock: the kernel lets go of it whenever and however the process ends, so nothing is ever
 * stale.
 */
export async function holdAlone<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const name = createHash("sha256").update(realpathSync(folder)).digest("hex").slice(0, 32);
  const lock = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    lock.once("error", () =>
      reject(
        userError("in-use", `another program works in ${folder}`, "stop it first: systemctl stop reeve-appliance"),
      ),
    );
    lock.listen({ path: `\0reeve-appliance/${name}` }, resolve);
  });
  try {
    sweepFolder(folderAt(folder));
    return await work();
  } finally {
    await new Promise((resolve) => lock.close(resolve));
  }
}
