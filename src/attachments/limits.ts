/** Most bytes of any file: what a channel's service hands out at most, and what one request may carry. */
export const MAX_FILE_BYTES = 20 * 1024 * 1024;
/** Most files of a message. */
export const MAX_FILES = 5;
