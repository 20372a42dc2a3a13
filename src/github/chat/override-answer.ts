/** `/reeve override`: the comment itself is the record, and every plan and apply reads it anew. Pure. */
import { type Answer, answer } from "./answer.ts";

export function overrideAnswer(commit: string, reason: string): Answer {
  return answer("told", `The rules are asked to be passed over for ${commit.slice(0, 12)}`, {
    points: [
      { label: "Reason", text: reason },
      {
        label: "Counts",
        text: "where the base's policy lets you, for this commit alone, while the comment is not edited",
      },
    ],
    next: "write /reeve plan to see what becomes of it; after the merge, /reeve apply DIGEST",
  });
}
