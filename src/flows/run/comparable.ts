import { fold } from "../../tenant/fold.ts";

/** Signs that keyboards write in several ways, each as the one that is on every keyboard. */
const SIGNS: readonly [RegExp, string][] = [
  [/[\u2018\u2019\u201a\u201b\u02bc\u02bb\u2032\u00b4`]/g, "'"],
  [/[\u201c\u201d\u201e\u201f\u00ab\u00bb\u2033]/g, '"'],
  [/[\u2010-\u2015\u2212]/g, "-"],
];

/** A text as flows compare it: folded, with plain quotes and dashes, one space where white space is. */
export function comparable(text: string): string {
  return SIGNS.reduce((plain, [signs, sign]) => plain.replace(signs, sign), fold(text))
    .replace(/\s+/g, " ")
    .trim();
}
