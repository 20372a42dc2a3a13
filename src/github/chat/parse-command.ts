/** From the text of a comment to a command. Pure. */
import { suggest } from "../../support/did-you-mean.ts";
import { unreachable } from "../../support/unreachable.ts";

export type ChatCommand =
  | { readonly verb: "help" }
  | { readonly verb: "plan" }
  | { readonly verb: "apply"; readonly digest: string }
  /** `subject` is `Kind/name`, or `Kind.spec.field`. */
  | { readonly verb: "explain"; readonly subject: string }
  | { readonly verb: "unlock"; readonly reason: string }
  | { readonly verb: "override"; readonly commit: string; readonly reason: string };

export type ParsedComment =
  /** Nobody spoke to Reeve. */
  | { readonly status: "silence" }
  | { readonly status: "command"; readonly command: ChatCommand }
  /** Somebody spoke to Reeve and it is no command: why, and what would be. */
  | { readonly status: "unclear"; readonly message: string; readonly hint: string };

export const USAGE = {
  plan: "/reeve plan",
  apply: "/reeve apply DIGEST",
  explain: "/reeve explain ADDRESS",
  unlock: "/reeve unlock REASON",
  override: "/reeve override COMMIT REASON",
  help: "/reeve help",
} as const satisfies Record<ChatCommand["verb"], string>;

type Verb = keyof typeof USAGE;

const VERBS: readonly string[] = Object.keys(USAGE);

const ADDRESSED = /^\/reeve(?:\s|$)/i;
const WORDS = /^\/reeve(?: (\S+)(?: (\S.*))?)?$/i;
const DIGEST = /^sha256:[0-9a-f]{64}$/;
const OVERRIDE = /^([0-9a-f]{40}) (.*)$/;

/** Longer than any command. */
const LONGEST = 1000;

/** Control, format and private characters, halves of pairs, and every space but the plain one. */
const ODD = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/**
 * Only the very beginning of a comment is a command: what is quoted, indented, in a code block or further down is somebody's
 * talk about one.
 */
export function parseCommand(body: string): ParsedComment {
  const line = firstLine(body);
  if (!ADDRESSED.test(line)) return { status: "silence" };
  if (line.length > LONGEST) return unclear(`the line is longer than ${LONGEST} characters`);
  if (ODD.test(line))
    return unclear("there are characters in it that cannot be seen, or other spaces than the plain one");
  const found = WORDS.exec(line);
  if (found === null) return unclear("there is more than one space between its words");
  const [, word = "help", rest = ""] = found;
  const verb = word.toLowerCase();
  if (isVerb(verb)) return commandOf(verb, rest);
  return unclear(`there is no command "${word.slice(0, 80)}"`, suggest(word.slice(0, 80), VERBS));
}

/** As it is answered: without what ends it. */
export function firstLine(body: string): string {
  const [line = ""] = body.split(/\r\n|\r|\n/, 1);
  return line.replace(/[ \t]+$/, "");
}

function isVerb(word: string): word is Verb {
  return VERBS.includes(word);
}

function commandOf(verb: Verb, rest: string): ParsedComment {
  switch (verb) {
    case "help":
    case "plan":
      return rest === "" ? command({ verb }) : unclear(`"${verb}" takes no words`, usage(verb));
    case "apply":
      return DIGEST.test(rest)
        ? command({ verb, digest: rest })
        : unclear(
            "it needs the whole digest of the plan: sha256: and 64 digits",
            `${usage(verb)}; the digest is at the end of the plan's comment`,
          );
    case "explain":
      return rest === "" || rest.includes(" ")
        ? unclear(
            "it needs one address, or one field",
            `${usage(verb)}, for example /reeve explain Workspace/alice or Workspace.spec.bundle`,
          )
        : command({ verb, subject: rest });
    case "unlock":
      return rest === "" ? unclear("it needs a reason, which is kept", usage(verb)) : command({ verb, reason: rest });
    case "override":
      return parseOverride(rest);
    default:
      return unreachable(verb);
  }
}

function parseOverride(rest: string): ParsedComment {
  const [, commit, reason] = OVERRIDE.exec(rest) ?? [];
  return commit === undefined || reason === undefined
    ? unclear("it needs the whole id of the head commit, 40 digits, and a reason, which is kept", usage("override"))
    : command({ verb: "override", commit, reason });
}

function command(it: ChatCommand): ParsedComment {
  return { status: "command", command: it };
}

function usage(verb: Verb): string {
  return `write ${USAGE[verb]}`;
}

function unclear(message: string, hint = `write one of ${Object.values(USAGE).join(", ")}`): ParsedComment {
  return { status: "unclear", message, hint };
}
