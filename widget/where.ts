/** Where this widget comes from and whose it is: its script's own address says both. */
export interface Where {
  /** Where the script lies, without a slash at its end. */
  origin: string;
  /** The visitor API, without a slash at its end. */
  api: string;
  /** The public key of the inbox. */
  inboxKey: string;
}

/**
 * Reads `<script src="https://…/widget.js?inbox=pub_…">`. Only while the script runs for the first time does the document
 * tell which one it is.
 * @returns null where no inbox is named
 */
export function whereFrom(script: HTMLOrSVGScriptElement | null): Where | null {
  if (!(script instanceof HTMLScriptElement)) return null;
  const address = new URL(script.src, location.href);
  const inboxKey = address.searchParams.get("inbox");
  return inboxKey ? { origin: address.origin, api: `${address.origin}/api/visitor/v1`, inboxKey } : null;
}
