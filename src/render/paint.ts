import { styleText } from "node:util";

/** Colours by meaning; with `plain` nothing is coloured. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly dim: (text: string) => string;
}

const same = (text: string): string => text;

export const plain: Paint = { bold: same, good: same, bad: same, warn: same, dim: same };

type Style = Parameters<typeof styleText>[0];

const styled =
  (style: Style) =>
  (text: string): string =>
    styleText(style, text, { validateStream: false });

export const coloured: Paint = {
  bold: styled("bold"),
  good: styled("green"),
  bad: styled("red"),
  warn: styled("yellow"),
  dim: styled("dim"),
};
