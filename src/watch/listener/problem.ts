import type { FastifyReply } from "fastify";

/** RFC 9457; `type` is stable. */
export interface Problem {
  readonly status: number;
  readonly type: string;
  readonly title: string;
}

export function sendProblem(reply: FastifyReply, { status, type, title }: Problem): FastifyReply {
  if (status === 401) reply.header("WWW-Authenticate", 'Bearer realm="reeve"');
  return reply
    .code(status)
    .type("application/problem+json")
    .send({ type: `https://reeve.dev/problems/${type}`, title, status });
}
