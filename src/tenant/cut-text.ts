/** A text cut to at most `length` characters, with … for what is left out, and whether it was cut. */
export function cutText(text: string, length: number): { text: string; cut: boolean } {
  if (text.length <= length) return { text, cut: false };
  return { text: `${text.slice(0, length - 1).toWellFormed()}…`, cut: true };
}
