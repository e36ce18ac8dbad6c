/** What a guide to a client is made of. */

export interface Snippet {
  /** What it is for, or the file that it belongs into. */
  title: string;
  language: "json" | "toml" | "yaml" | "shell" | "address";
  text: string;
}

export interface ClientGuide {
  id: string;
  name: string;
  steps: readonly string[];
  snippets: readonly Snippet[];
  /** Opens the client with everything filled in. */
  link?: { label: string; href: string };
  note?: string;
  /** It connects from its maker's servers, which reach no server on one's own machine. */
  hosted?: true;
  /** Whose documentation the forms were held against, and when. */
  checked: { against: string; on: string };
}

/** The environment variable that the snippets read the token from, so that no file holds it. */
export const TOKEN = "PARLEY_TOKEN";

export const json = (title: string, value: object): Snippet => ({
  title,
  language: "json",
  text: JSON.stringify(value, null, 2),
});
export const shell = (title: string, text: string): Snippet => ({ title, language: "shell", text });

/** Held against this documentation on the day that all of them were gone through. */
export const checkedOn = (against: string) => ({ against, on: "30 November 2026" });

/** What a desktop client starts to reach a remote server over stdio. */
export const remote = (endpoint: string) => ({
  command: "npx",
  // No space in the header itself: some clients on Windows take arguments apart at spaces.
  args: ["-y", "mcp-remote", endpoint, "--header", `Authorization:\${AUTHORIZATION}`],
  env: { AUTHORIZATION: "Bearer YOUR_TOKEN" },
});
