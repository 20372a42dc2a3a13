import { any, bool, int, listOf, mapOf, str, struct } from "../schema.ts";
import { objectSchema } from "./meta.ts";

const text = str();

/** Custom kinds write selectors as plain structs, yet declare them atomic as the server's own do. */
const SELECTOR = struct(
  { matchLabels: mapOf(text), matchExpressions: listOf(struct({ key: text, operator: text, values: listOf(text) })) },
  { atomic: true },
);

export const CLUSTER_SPIFFE_ID = objectSchema({
  spec: struct(
    {
      spiffeIDTemplate: text,
      namespaceSelector: SELECTOR,
      podSelector: SELECTOR,
      ttl: text,
      jwtTtl: text,
      dnsNameTemplates: listOf(text),
      workloadSelectorTemplates: listOf(text),
      federatesWith: listOf(text),
      admin: bool(),
      downstream: bool(),
      autoPopulateDNSNames: bool(),
      fallback: bool(),
      hint: text,
      className: text,
    },
    { required: ["spiffeIDTemplate"] },
  ),
  status: struct({ stats: mapOf(int()), conditions: listOf(any()) }),
});
