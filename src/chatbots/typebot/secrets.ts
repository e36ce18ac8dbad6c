/** Credentials of requests, which everybody who may read a flow would read. */

/** Words of names under which secrets are sent, and pairs of words that are one. */
const SECRET_WORD = /^(authori[sz]ation|cookie|token|secret|password|passwd|passphrase|apikey|credentials?)$/;
const SECRET_PAIR = /\b(api|access|private|secret|auth|subscription|account|signing|master|client|app) key\b/;
/** Tokens that are no secrets: where a list goes on, and what a form is checked by. */
const OPEN_TOKEN = /\b(page|next|continuation|sync|cursor) token\b/;

/** Whether a header or parameter of this name usually holds a secret. */
function namesSecret(name: string): boolean {
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter(Boolean);
  const joined = words.join(" ");
  if (OPEN_TOKEN.test(joined)) return false;
  return joined === "key" || words.some((word) => SECRET_WORD.test(word)) || SECRET_PAIR.test(joined);
}

/** Whether a value is written out; what is only a variable, with a scheme in front, is no secret of the document's. */
function isWrittenOut(value: string): boolean {
  return (
    value
      .replace(/\{\{[^{}]*\}\}/g, "")
      .replace(/^\s*(bearer|basic|token)\b/i, "")
      .trim() !== ""
  );
}

/** Whether a header or parameter holds a secret that is written out. */
export function isSecret({ key, value }: { key: string; value: string }): boolean {
  return namesSecret(key) && isWrittenOut(value);
}
