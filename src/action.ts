/** The GitHub action: its inputs (`action.yml`) as a command line of the same program. */

const COMMANDS: readonly string[] = ["plan", "apply", "drift", "comment"];

/** As the runner hands them over. */
function input(name: string): string {
  return (process.env[`INPUT_${name.toUpperCase()}`] ?? "").trim();
}

/** In one word, so that no value is ever taken for a flag of its own. */
function flag(name: string): readonly string[] {
  const value = input(name);
  return value === "" ? [] : [`--${name}=${value}`];
}

const command = input("command");
if (COMMANDS.includes(command)) {
  process.env["GITHUB_TOKEN"] = input("token");
  process.argv.splice(2, Infinity, "github", command, ...flag("state"), ...flag("out"));
  await import("./cli.ts");
} else {
  // In a line of its own, whatever the input holds: a line break would begin another workflow command.
  const shown = JSON.stringify(command).replaceAll("%", "%25");
  process.stdout.write(`::error::there is no command ${shown}: use ${COMMANDS.join(", ")}\n`);
  process.exitCode = 1;
}
