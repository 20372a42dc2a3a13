import type { HubTrouble } from "./model.ts";

type Trouble = (about: string) => HubTrouble;

/** Every `fail` of the hub's script, in words. */
const BY_CODE: Readonly<Record<string, Trouble>> = {
  "missing-tool": (tool) => ({
    failure: "invalid",
    message: `${tool} is not installed on the hub`,
    next: "install wireguard-tools, iproute2, util-linux and coreutils on the hub",
  }),
  denied: (about) => ({
    failure: "denied",
    message: `no permission for ${about}`,
    next: "run as root, or set host.ssh.sudo where the account may use sudo without a password",
  }),
  "bad-key": (file) => ({
    failure: "invalid",
    message: `${file} holds no WireGuard private key of the right form`,
    next: "put the hub's key there, or move the file away and let the next apply make one",
  }),
  "no-key": (file) => ({
    failure: "invalid",
    message: `no private key could be made for ${file}`,
    next: "install wireguard-tools on the hub",
  }),
  "bad-preshared": (about) => ({
    failure: "invalid",
    message: `the preshared key of ${about} is missing or has the wrong form`,
    next: "make one with `wg genpsk` where presharedKeyFrom points",
  }),
  "not-kept": (publicKey) => ({
    failure: "conflict",
    message: `peer ${publicKey} is no longer in the hub's file`,
    next: "plan again",
  }),
  "not-a-file": (file) => ({ failure: "invalid", message: `${file} is not a file`, next: "move it out of the way" }),
  "too-large": (file) => ({
    failure: "invalid",
    message: `${file} is larger than 64 MiB`,
    next: "move it out of the way: it is no WireGuard configuration",
  }),
  "newer-format": (file) => ({
    failure: "invalid",
    message: `${file} was written by a newer Reeve`,
    next: "update Reeve here",
  }),
  "not-wireguard": (name) => ({
    failure: "invalid",
    message: `the hub has an interface ${name} that is not a WireGuard interface`,
    next: "give the hub another interface name, or remove that interface",
  }),
  "not-written": (folder) => ({
    failure: "retryable",
    message: `the hub could not write in ${folder}`,
    next: "see whether the disk is full or read-only; nothing was changed",
  }),
  unreadable: (name) => ({
    failure: "invalid",
    message: `a key file that ${name} needs cannot be read on the hub`,
    next: "see that each presharedKeyFrom names a plain file there",
  }),
  busy: (file) => ({ failure: "retryable", message: `${file} changes all the time`, next: "see what else writes it" }),
  locked: () => ({
    failure: "conflict",
    message: "another apply is at work on this hub",
    next: "wait for it, then plan again",
  }),
  changed: (name) => ({
    failure: "conflict",
    message: `${name} or its file has changed since it was planned; nothing was written`,
    next: "plan again",
  }),
};

/** What the hub's script refused. */
export function scriptTrouble(code: string, about: string): HubTrouble {
  return (
    BY_CODE[code]?.(about) ?? {
      failure: "invalid",
      message: "the hub's script did not understand its request",
      next: "report this as a bug",
    }
  );
}

/** What OpenSSH or sudo says when the script did not even start. Their text holds no secrets, but only known words are passed on. */
const BY_TEXT: readonly (readonly [RegExp, HubTrouble])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key for .* has changed/i,
    {
      failure: "denied",
      message: "the hub's host key is not the pinned one",
      next: "if the hub was rebuilt, put its new key into the knownHosts file; else somebody is in between",
    },
  ],
  [
    /No .*host key is known for|Host key verification failed/i,
    {
      failure: "denied",
      message: "the hub's host key is not in the knownHosts file",
      next: "add it: ssh-keyscan the hub, compare the fingerprint on its console, commit the line",
    },
  ],
  [
    /sudo: .*(password|not allowed|not in the sudoers|tty)/i,
    {
      failure: "denied",
      message: "sudo asks for a password on the hub",
      next: "allow the account `sudo -n sh` without a password",
    },
  ],
  [
    /Permission denied \(|Too many authentication failures|no mutual signature/i,
    {
      failure: "denied",
      message: "the hub refused the SSH login",
      next: "see host.ssh.user and identityFile, and that the public key is in authorized_keys on the hub",
    },
  ],
  [
    /Could not resolve hostname/i,
    { failure: "retryable", message: "the hub's name does not resolve", next: "see host.ssh.address, and DNS" },
  ],
  [
    /Connection refused|timed out|No route to host|Network is unreachable|Connection (closed|reset)|kex_exchange|Broken pipe/i,
    {
      failure: "retryable",
      message: "the hub does not answer SSH",
      next: "see that it is up and that host.ssh.address and port are right; then try again",
    },
  ],
];

/** Classifies a run that brought no answer. */
export function runTrouble(stderr: string): HubTrouble {
  const known = BY_TEXT.find(([pattern]) => pattern.test(stderr));
  return (
    known?.[1] ?? {
      failure: "retryable",
      message: "the hub's script ended without an answer",
      next: "try again; if it stays, log in to the hub and see whether `sh -c true` and `awk` work there",
    }
  );
}
