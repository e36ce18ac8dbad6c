import type { ComponentChildren } from "preact";

/**
 * The subset of Markdown that messages and articles are shown in, as elements: bold, italic, code, links, lists, and in
 * articles headings and paragraphs. Never as HTML text, so nothing that somebody wrote becomes markup.
 */

/** Where a link may lead. */
const SAFE = /^(https?:\/\/|mailto:)/i;
const TOKEN =
  /(`+)([^`]+?)\1|\*\*(?=\S)([^*]+?)\*\*|__(?=\S)([^_]+?)__|(?<![\w*])\*(?=\S)([^*\n]+?)\*(?!\w)|(?<![\w_])_(?=\S)([^_\n]+?)_(?!\w)|!?\[([^\]\n]{1,300})\]\(\s*<?([^\s)>]{1,2000})>?(?:\s+"[^"]*")?\s*\)|(https?:\/\/[^\s<>"']+)/g;

export function Link({ to, children }: { to: string; children: ComponentChildren }) {
  if (!SAFE.test(to) || !URL.canParse(to)) return <>{children}</>;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}

/** Bold, italic, code and links in a line of text. */
export function inline(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let last = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, , code, strong, strongToo, em, emToo, label, to, bare] = match;
    parts.push(text.slice(last, match.index));
    last = match.index + all.length;
    const bold = strong ?? strongToo;
    const italic = em ?? emToo;
    if (code !== undefined) parts.push(<code>{code}</code>);
    else if (bold !== undefined) parts.push(<strong>{inline(bold)}</strong>);
    else if (italic !== undefined) parts.push(<em>{inline(italic)}</em>);
    else if (label !== undefined) parts.push(<Link to={to ?? ""}>{label}</Link>);
    else if (bare !== undefined) {
      // What ends a sentence does not belong to the address, nor a bracket that was opened before it.
      const end = /[.,;:!?…]*$/.exec(bare)?.[0].length ?? 0;
      let address = bare.slice(0, bare.length - end);
      while (address.endsWith(")") && !address.includes("(")) address = address.slice(0, -1);
      parts.push(<Link to={address}>{address}</Link>, bare.slice(address.length));
    }
  }
  parts.push(text.slice(last));
  return parts;
}

interface Block {
  kind: "text" | "ul" | "ol" | "code" | "heading" | "quote";
  lines: string[];
}

const FENCE = /^ {0,3}(```|~~~)/;
const KINDS: [Block["kind"], RegExp][] = [
  ["ul", /^\s{0,6}[-*+]\s+/],
  ["ol", /^\s{0,6}\d{1,4}[.)]\s+/],
  ["heading", /^#{1,6}\s+/],
  ["quote", /^>\s?/],
];

/** The blocks of a text, in one pass over its lines. */
function blocks(text: string): Block[] {
  const found: Block[] = [];
  let fenced = false;
  for (const line of text.replace(/\r\n?/g, "\n").split("\n")) {
    const last = found.at(-1);
    if (FENCE.test(line)) {
      fenced = !fenced;
      if (fenced) found.push({ kind: "code", lines: [] });
      else found.push({ kind: "text", lines: [] });
      continue;
    }
    if (fenced) {
      last?.lines.push(line);
      continue;
    }
    if (line.trim() === "") {
      found.push({ kind: "text", lines: [] });
      continue;
    }
    const [kind, mark] = KINDS.find(([, pattern]) => pattern.test(line)) ?? (["text", /^/] as const);
    const inside = line.replace(mark, "");
    if (last?.kind === kind && kind !== "heading") last.lines.push(inside);
    else if (last && kind === "text" && (last.kind === "ul" || last.kind === "ol") && /^\s{2,}/.test(line)) {
      last.lines.push(`${last.lines.pop() ?? ""} ${inside.trim()}`);
    } else found.push({ kind, lines: [inside] });
  }
  return found.filter(({ lines }) => lines.length > 0);
}

function Lines({ lines }: { lines: readonly string[] }) {
  return (
    <>
      {lines.map((line, i) => (
        <>
          {i > 0 && <br />}
          {inline(line)}
        </>
      ))}
    </>
  );
}

const items = (lines: readonly string[]) => lines.map((line) => <li dir="auto">{inline(line)}</li>);

/** A text in the subset. Each block has the direction of what it says. */
export function Markdown({ text }: { text: string }) {
  return (
    <>
      {blocks(text).map(({ kind, lines }) => {
        if (kind === "ul") return <ul>{items(lines)}</ul>;
        if (kind === "ol") return <ol>{items(lines)}</ol>;
        if (kind === "code") return <pre dir="ltr">{lines.join("\n")}</pre>;
        if (kind === "heading") return <h3 dir="auto">{inline(lines.join(" "))}</h3>;
        const content = <Lines lines={lines} />;
        return kind === "quote" ? <blockquote dir="auto">{content}</blockquote> : <p dir="auto">{content}</p>;
      })}
    </>
  );
}
