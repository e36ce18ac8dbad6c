/** What the nodes of a flow take, as far as an importer has to cut to it. */

/** Longest text of a message or question, in characters. */
export const MAX_TEXT_LENGTH = 4000;
/** Longest text that asks again. */
export const MAX_RETRY_LENGTH = 1000;
/** Most options of a choice, and characters of a label. */
export const MAX_OPTIONS = 20;
export const MAX_OPTION_LABEL = 100;
/** Most cases of a condition, and rules of a case. */
export const MAX_CASES = 20;
export const MAX_RULES = 10;
/** Longest delay, in seconds. */
export const MAX_DELAY = 30 * 86_400;
