/** Troubles that every request meets anew: each is said when it begins, when it becomes another, and when it is over. */
export interface SayOnce {
  begin(subject: string, trouble: string): void;
  end(subject: string): void;
}

export function saysOnce(log: ((line: string) => void) | undefined): SayOnce {
  const troubles = new Map<string, string>();
  return {
    begin: (subject, trouble) => {
      if (troubles.get(subject) === trouble) return;
      troubles.set(subject, trouble);
      log?.(`${subject}: ${trouble}`);
    },
    end: (subject) => {
      if (troubles.delete(subject)) log?.(`${subject}: as they should be again`);
    },
  };
}
