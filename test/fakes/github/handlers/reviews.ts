import { ApiError, ok, page } from "../answer.ts";
import { found, type Handler, param, type RepoCall } from "../call.ts";
import { presentReview } from "../present/pulls.ts";
import { hasRole } from "../roles.ts";
import type { Review, ReviewState } from "../world.ts";
import { pullOf } from "./pulls.ts";

const STATES: Readonly<Record<string, ReviewState>> = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
};

export const listReviews: Handler = (call) => {
  const { number } = pullOf(call);
  const reviews = [...call.repo.reviews.values()].filter(({ pull }) => pull === number);
  return page(reviews, (review) => presentReview(call.world, call.repo, review));
};

export const createReview: Handler = (call) => {
  const { world, repo, body, token } = call;
  const issue = pullOf(call);
  // Reviews that are begun and submitted later are not in the stand-in.
  const state = STATES[body.text("event") ?? ""];
  if (state === undefined) throw new ApiError(422, "Pending reviews are not supported by this stand-in");
  refuseApproval(call, issue.author, state);
  const review: Review = {
    id: world.nextId(),
    pull: issue.number,
    author: token.actor,
    body: body.text("body") ?? "",
    commit: body.text("commit_id") ?? issue.pull.headSha,
    submittedAt: world.now(),
    state,
  };
  repo.reviews.set(review.id, review);
  issue.updatedAt = world.now();
  return ok(presentReview(world, repo, review));
};

function refuseApproval({ world, repo, token }: RepoCall, author: string, state: ReviewState): void {
  if (state === "COMMENTED") return;
  const verb = state === "APPROVED" ? "approve" : "request changes on";
  if (author === token.actor)
    throw new ApiError(422, "Unprocessable Entity", [`Can not ${verb} your own pull request`]);
  if (token.app === world.actions && !repo.actionsMayOpenPulls)
    throw new ApiError(422, "Unprocessable Entity", ["GitHub Actions is not permitted to approve pull requests."]);
}

export const dismissReview: Handler = (call) => {
  const { world, repo, token } = call;
  const issue = pullOf(call);
  const review = found(repo.reviews.get(Number(param(call, "review_id"))));
  if (review.pull !== issue.number) throw new ApiError(404, "Not Found");
  if (token.app === null && !hasRole(repo, token.actor, "write"))
    throw new ApiError(403, "Must have write access to dismiss reviews.");
  if (review.state === "COMMENTED" || review.state === "DISMISSED")
    throw new ApiError(422, `Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  review.state = "DISMISSED";
  issue.updatedAt = world.now();
  return ok(presentReview(world, repo, review));
};
