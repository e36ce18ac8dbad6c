import { differenceOf, type FlowDifference } from "../../flows/edit/difference.ts";
import type { Draft, DraftNode } from "../../flows/graph/document.ts";
import { canonicalJson } from "../../tenant/canonical-json.ts";
import { WordDifference } from "../difference.tsx";
import type { Visit } from "../visit.ts";
import { nodeTitle } from "./draft.ts";
import { shownValue } from "./read-form.ts";

interface Props {
  visit: Visit;
  before: Draft;
  after: Draft;
}

/** What a flow has that another had not, node by node and word by word. */
export function FlowChanges({ visit, before, after }: Props) {
  const { words } = visit;
  const t = words.flowChanges;
  const change = differenceOf(before, after);
  if (isNothing(change)) return <p class="same">{t.nothing}</p>;
  const named = (draft: Draft, ids: readonly string[]) =>
    draft.nodes.filter(({ id }) => ids.includes(id)).map((node) => <li>{nodeTitle(words, node)}</li>);
  return (
    <>
      {change.added.length > 0 && (
        <>
          <h3>{t.added}</h3>
          <ul>{named(after, change.added)}</ul>
        </>
      )}
      {change.removed.length > 0 && (
        <>
          <h3>{t.removed}</h3>
          <ul>{named(before, change.removed)}</ul>
        </>
      )}
      {change.changed.length > 0 && <h3>{t.changed}</h3>}
      {change.changed.map((id) => (
        <ChangedNode
          visit={visit}
          before={before.nodes.find((one) => one.id === id)}
          after={after.nodes.find((one) => one.id === id)}
        />
      ))}
      {change.edges > 0 && <p>{t.edges(change.edges)}</p>}
    </>
  );
}

function isNothing({ added, removed, changed, edges }: FlowDifference): boolean {
  return added.length + removed.length + changed.length + edges === 0;
}

interface ChangedProps {
  visit: Visit;
  before: DraftNode | undefined;
  after: DraftNode | undefined;
}

function ChangedNode({ visit, before, after }: ChangedProps) {
  if (!before || !after) return null;
  const { words } = visit;
  const fields = [...new Set([...Object.keys(before.data), ...Object.keys(after.data)])].filter(
    (name) => canonicalJson(before.data[name] ?? null) !== canonicalJson(after.data[name] ?? null),
  );
  return (
    <section class="card">
      <p>
        <strong>{nodeTitle(words, after)}</strong>
      </p>
      {fields.length === 0 && <p>{words.flowChanges.moved}</p>}
      {fields.map((name) => (
        <>
          <p class="meta">{words.nodeFields[name as keyof typeof words.nodeFields] ?? name}</p>
          <WordDifference visit={visit} from={said(before.data[name])} to={said(after.data[name])} />
        </>
      ))}
    </section>
  );
}

/** A field as it is compared: simple ones in their words, others part by part. */
function said(value: unknown): string {
  if (value === undefined || value === null) return "";
  const simple = Array.isArray(value)
    ? value.every((one) => typeof one !== "object")
    : typeof value !== "object";
  return simple
    ? shownValue(value)
    : JSON.stringify(value, null, 1)
        .replaceAll(/[{}[\]",]/g, "")
        .replaceAll(/\n\s*\n/g, "\n")
        .trim();
}
