/** Most nodes that one turn may enter: between two things that a visitor says, or a timer that fires. */
export const MAX_STEPS = 50;
/** Most nodes that one session may enter in all: a chat that still goes on then goes round for its own sake. */
export const MAX_SESSION_STEPS = 5000;
/** How deep flows may go to flows; going back to one of those before counts as coming back. */
export const MAX_FLOW_DEPTH = 10;
/** Most variables of one session, those of all its flows and the provided ones together. */
export const MAX_VARIABLES = 300;
/** Longest value of a variable, in characters; a list has at most {@link MAX_LIST} values of {@link MAX_LIST_ITEM}. */
export const MAX_VALUE = 2000;
export const MAX_LIST = 20;
export const MAX_LIST_ITEM = 200;
/** Most variables that one flow may store, so that a session's state stays small. */
export const MAX_FLOW_VARIABLES = 100;
/** Most details of a lead besides name, email and phone. */
export const MAX_LEAD_DETAILS = 10;
