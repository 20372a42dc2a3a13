/** `/reeve help`, and what is answered where nobody can tell what was meant. Pure. */
import { type Answer, answer } from "./answer.ts";
import { type ParsedComment, USAGE } from "./parse-command.ts";

const WHAT = {
  plan: "plans the last commit of this pull request again",
  apply: "once it is merged: applies what its plan was reviewed for and what was not done yet",
  explain: "says why a resource changes, and who has to approve it; of Kind.spec.field, what it means",
  unlock: "frees the apply lock of a run that died; for those who maintain the repository",
  override: "in an emergency: asks for the policy to be passed over for one commit, by those whom it lets",
  help: "says this",
} as const satisfies Record<keyof typeof USAGE, string>;

export function helpAnswer(): Answer {
  return answer("told", "What can be asked for in the first line of a new comment", {
    points: Object.entries(USAGE).map(([verb, label]) => ({ label, text: WHAT[verb as keyof typeof USAGE] })),
  });
}

export function unclearAnswer({ message, hint }: Extract<ParsedComment, { readonly status: "unclear" }>): Answer {
  return answer("unclear", `That is no command: ${message}`, { next: hint });
}
