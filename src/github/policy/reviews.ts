/** Which approvals count. Pure. */
import type { Actor, PolicyQuestion, Review } from "../model.ts";
import { isSamePerson } from "./people.ts";

export interface Approvals {
  /** One entry a person. */
  readonly counted: readonly Actor[];
  /** Approvals that do not count, and why. */
  readonly disregarded: readonly string[];
}

/** A person's latest word counts; a comment is none. Sorted by login. */
export function countApprovals(question: PolicyQuestion): Approvals {
  const words = question.reviews.filter((review) => review.state !== "commented");
  const people = words.reduce<readonly (readonly Review[])[]>(addToPerson, []);
  const judged = people
    .filter((reviews) => reviews.some((review) => review.state === "approved"))
    .map((reviews) => latestReview(reviews, question.head))
    .toSorted((a, b) => (a.reviewer.login < b.reviewer.login ? -1 : 1))
    .map((review) => ({ review, why: whyNot(review, question) }));
  return {
    counted: judged.flatMap(({ review, why }) => (why === null ? [review.reviewer] : [])),
    disregarded: judged.flatMap(({ review, why }) => (why === null ? [] : [`${review.reviewer.login} ${why}`])),
  };
}

function addToPerson(people: readonly (readonly Review[])[], review: Review): readonly (readonly Review[])[] {
  const isTheirs = (reviews: readonly Review[]): boolean =>
    reviews.some((other) => isSamePerson(other.reviewer, review.reviewer));
  const own = people.filter(isTheirs).flat();
  return [...people.filter((reviews) => !isTheirs(reviews)), [...own, review]];
}

/** Of two at one instant, the one that says less: no approval, then one of another commit. */
function latestReview(reviews: readonly Review[], head: PolicyQuestion["head"]): Review {
  const weight = ({ state, commit }: Review): number => (state === "approved" ? 1 + Number(commit === head) : 0);
  const isLater = (a: Review, b: Review): boolean => {
    const between = a.at.getTime() - b.at.getTime();
    return between > 0 || (between === 0 && weight(a) < weight(b));
  };
  return reviews.reduce((latest, review) => (isLater(review, latest) ? review : latest));
}

function whyNot(review: Review, { author, pushers, head }: PolicyQuestion): string | null {
  const { reviewer } = review;
  if (review.state === "changes-requested") return "approved and then asked for changes";
  if (review.state === "dismissed") return "approved, and the review was dismissed";
  if (reviewer.isBot) return "is a bot, and approvals of bots do not count";
  if (isSamePerson(reviewer, author)) return "is the author";
  if (pushers.some((pusher) => isSamePerson(pusher, reviewer))) return "pushed to the branch, and so is an author too";
  if (review.commit === "" || review.commit !== head) {
    return `approved ${review.commit.slice(0, 8)}, which is not the head commit any more`;
  }
  return null;
}
