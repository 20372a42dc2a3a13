/** Recorded cases that the stand-in answers otherwise, by topic and case, with the reason. */
export const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  admission: {
    "admission policy denies a dry-run": "The stand-in evaluates no CEL: admission policies are kept, not enforced.",
  },
  discovery: {
    "aggregated /api": "exec, log, proxy, token and the like are not offered; the kinds and all else are the same.",
  },
  namespaces: {
    "terminating namespace":
      "The recording holds the answer after its client had emptied spec.finalizers for the next request; a server answers `kubernetes` there.",
  },
};
