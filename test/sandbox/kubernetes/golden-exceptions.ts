/** Recorded cases that the stand-in answers otherwise, by topic and case, with the reason. */
export const EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
