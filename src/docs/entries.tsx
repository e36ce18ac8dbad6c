import type { Child } from "hono/jsx";

interface TableProps {
  caption: string;
  head: readonly string[];
  rows: readonly (readonly Child[])[];
  /** How wide the columns are is for the stylesheet to say. */
  kind?: string;
}

/** A table whose rows are headed by their first cell. On a small screen the rows stand as blocks. */
export function Table({ caption, head, rows, kind }: TableProps) {
  return (
    <table class={kind}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          {head.map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells]) => (
          <tr>
            <th scope="row">{name}</th>
            {cells.map((cell) => (
              <td>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lines that would fill a screen, to be opened. */
export function Folded({ summary, lines }: { summary: string; lines: readonly string[] }) {
  return (
    <details>
      <summary>{summary}</summary>
      <pre class="shape">{lines.join("\n")}</pre>
    </details>
  );
}

export interface FieldReference {
  name: string;
  /** In a few words. */
  type: string;
  /** What the few words leave out. */
  parts: readonly string[];
  required: boolean;
  description: string;
  /** As JSON; null when it has none. */
  fallback: string | null;
}

/** What something takes: parameters of a tool, fields of a node. */
export function Fields({ caption, fields }: { caption: string; fields: readonly FieldReference[] }) {
  return (
    <Table
      caption={caption}
      head={["Name", "Type", "Meaning"]}
      kind="fields"
      rows={fields.map(({ name, type, parts, required, description, fallback }) => [
        <>
          <code>{name}</code>
          {required && " (required)"}
        </>,
        <>
          {type}
          {parts.length > 0 && <Folded summary="In full" lines={parts} />}
        </>,
        fallback === null
          ? description
          : `${description}${description.endsWith(".") ? "" : "."} Default ${fallback}.`,
      ])}
    />
  );
}
