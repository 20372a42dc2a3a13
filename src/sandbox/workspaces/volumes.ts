/** Whether a root and a user volume go together (administration guide), in GiB. */
export function isVolumePair(rootGib: number, userGib: number, compute: string): boolean {
  const isLarge = rootGib >= 175 && rootGib <= 2000 && userGib >= 100 && userGib <= 2000;
  if (compute.startsWith("GENERALPURPOSE")) return isLarge;
  const isSmall = rootGib === 80 && [10, 50, 100].includes(userGib);
  if (compute.startsWith("GRAPHICS")) return isLarge || (rootGib === 100 && userGib === 100);
  return isSmall || isLarge;
}
