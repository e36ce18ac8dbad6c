import type { NodeOf } from "../graph/nodes.ts";

/** The numbers of a rating, and what the least and the greatest mean where the author says it. */
export interface Scale {
  min: number;
  max: number;
  minLabel?: string;
  maxLabel?: string;
}

/** From 1 to 5 where the author says nothing else. @param fill fills in what the labels hold */
export function scaleOf(
  { min = 1, max = 5, minLabel, maxLabel }: NodeOf<"question">["data"],
  fill: (text: string) => string = (text) => text,
): Scale {
  return {
    ...{ min, max },
    ...(minLabel === undefined ? {} : { minLabel: fill(minLabel) }),
    ...(maxLabel === undefined ? {} : { maxLabel: fill(maxLabel) }),
  };
}

/** What its ends mean, as text: `0: not likely, 10: very likely`. Empty where nobody says it. */
export function scaleText({ min, max, minLabel, maxLabel }: Scale): string {
  const ends = [minLabel && `${min}: ${minLabel}`, maxLabel && `${max}: ${maxLabel}`];
  return ends.filter((end) => end !== undefined && end !== "").join(", ");
}
