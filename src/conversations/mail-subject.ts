/** Characters of a subject that is made of a text. */
const LENGTH = 70;

/** A subject for mail that begins with a text: its first line, cut between words. Never empty. */
export function subjectOf(text: string): string {
  const [line = ""] = text.trim().split("\n");
  const said = line.replace(/\s+/g, " ").trim();
  if (said.length <= LENGTH) return said === "" ? "Message" : said;
  const cut = said.slice(0, LENGTH).toWellFormed();
  const space = cut.lastIndexOf(" ");
  return `${(space > LENGTH / 2 ? cut.slice(0, space) : cut).replace(/[\s,;:.\ufffd]+$/u, "")}…`;
}
