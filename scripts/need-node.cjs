// Runs on any Node: says that this one is too old before a script of ours fails in a stranger way.
// On Linux x64 `npm ci` brings a fitting Node along (optionalDependencies); elsewhere the machine's own is used.
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 22)) {
  process.stderr.write(
    `Reeve's checkout needs Node 22.22 or newer; this is ${process.versions.node} (${process.execPath}).\n` +
      "Install a newer one, or on Linux x64 run `npm ci`, which brings one along unless optional dependencies are left out.\n",
  );
  process.exit(1);
}
