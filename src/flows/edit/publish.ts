import { eq, sql } from "drizzle-orm";
import { z } from "zod";
import { type NewEvent, recordEvent } from "../../tenant/events.ts";
import { Failure } from "../../tenant/failure.ts";
import { retryOnConflict } from "../../tenant/retry.ts";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import { whenChanged } from "../../tenant/writes.ts";
import type { Draft } from "../graph/document.ts";
import { unreachableNodes } from "../graph/graph-problems.ts";
import type { Finding } from "../graph/problems.ts";
import { type Validation, validateFlow } from "../graph/validate.ts";
import { changeRunning, type Running } from "../run/sessions.ts";
import { flows } from "../schema.ts";
import { assertDraftUnchanged } from "./drafts.ts";
import { knownNames } from "./known-names.ts";
import { mayChangeFlow } from "./shared.ts";
import { type FlowFacts, type FlowReference, getFlow, type StoredFlow } from "./store.ts";
import { getVersion, newVersion, type VersionFacts } from "./versions.ts";

/**
 * Everything that is wrong with a draft in its workspace.
 * @param flowId the flow's own id, if it is stored
 * @param options.isShown which problems are answered; all are counted
 * @param options.assignable whom conversations can be given to; not looked at where it is left out
 */
export async function checkFlow(
  tenant: Tenant,
  draft: Draft,
  flowId?: string,
  options: { isShown?: (finding: Finding) => boolean; assignable?: Assignable } = {},
): Promise<Validation> {
  return validateFlow(draft, await knownNames(tenant, draft, flowId, options.assignable), options.isShown);
}

type Assignable = () => Promise<readonly { id: string }[]>;

export interface Published {
  flow: FlowFacts;
  version: VersionFacts;
  /** The version that was live before; null: none was. */
  previousVersionId: string | null;
  /** Sessions that were restarted or ended. */
  sessionsChanged: number;
  warnings: Validation["problems"];
  /** Nodes of the version that no visitor comes to. */
  unreachable: string[];
}

/**
 * Makes a version live, or the draft, which becomes a version first unless it is a copy of one. An older version is
 * the way back. New sessions begin in the live version; what becomes of those under way is `running`.
 * Records `flow.published` unless that version was live already.
 * @throws Failure `invalid_input` when the flow has errors; `not_found`; `conflict` when the draft keeps changing;
 *   `not_allowed` as {@link mayChangeFlow}
 */
export async function publishFlow(
  tenant: Tenant,
  which: FlowReference,
  options: { versionId?: string; running: Running; assignable?: Assignable },
): Promise<Published> {
  return retryOnConflict(async () => {
    const flow = await getFlow(tenant, which);
    await mayChangeFlow(tenant, flow);
    const stored = options.versionId ?? flow.draftVersionId;
    const found = stored === null ? null : await getVersion(tenant, flow, stored);
    const graph = found?.graph ?? flow.draft;
    const validation = await checkFlow(tenant, graph, flow.id, { assignable: options.assignable });
    if (validation.errors > 0) throw notPublishable(validation);
    const at = tenant.now();
    const made = found ? { version: found, statement: null } : newVersion(tenant, flow, graph, null, at);
    const sessionsChanged = await goLive(tenant, flow, made, options.running, at);
    const { graph: _, ...version }: VersionFacts & { graph?: Draft } = made.version;
    const published = {
      publishedVersionId: version.id,
      publishedNumber: version.number,
      publishedAt: at,
      ...(made.statement ? { lastNumber: version.number, draftVersionId: version.id } : {}),
    };
    return {
      flow: { ...flow, ...published },
      version,
      previousVersionId: flow.publishedVersionId,
      sessionsChanged,
      warnings: validation.problems,
      unreachable: unreachableNodes(graph, flow.id),
    };
  });
}

function notPublishable({ errors, problems }: Validation): Failure {
  const shown = problems.slice(0, 3).map(({ path, message }) => `${path || "flow"}: ${message}`);
  const count = errors === 1 ? "an error" : `${errors} errors`;
  return new Failure("invalid_input", `The flow has ${count} and was not published. ${shown.join(" ")}`, {
    hint: "validate_flow lists every problem with a hint.",
  });
}

/** Writes what publishing changes. @returns how many sessions were restarted or ended */
async function goLive(
  tenant: Tenant,
  flow: StoredFlow,
  made: { version: VersionFacts; statement: Statement | null },
  running: Running,
  at: number,
): Promise<number> {
  const { version, statement } = made;
  const sessions = changeRunning(tenant, flow.id, version.id, running, at);
  const here = eq(flows.id, flow.id);
  const snapshot = statement
    ? [
        statement,
        tenant.db
          .update(flows)
          .set({ lastNumber: version.number, draftVersionId: version.id })
          .where(tenant.of(flows, here)),
      ]
    : [];
  const statements = [
    // Also of a version of before: the flow must still be there, and nobody's publishing is overtaken unseen.
    assertDraftUnchanged(tenant, flow),
    ...snapshot,
    ...whenChanged(
      tenant.db
        .update(flows)
        .set({ publishedVersionId: version.id, publishedNumber: version.number, publishedAt: at })
        .where(tenant.of(flows, here, sql`${flows.publishedVersionId} IS NOT ${version.id}`)),
      (onlyIf) => recordEvent(tenant, publishing(flow, version, running), { onlyIf, at }),
    ),
    ...(sessions ? [sessions] : []),
  ];
  const results = await tenant.batch(statements);
  return sessions ? written.parse(results[statements.indexOf(sessions)]).meta.changes : 0;
}

function publishing(flow: StoredFlow, version: VersionFacts, running: Running): NewEvent {
  return {
    type: "flow.published",
    subjectId: flow.id,
    inboxId: null,
    data: {
      versionId: version.id,
      number: version.number,
      previousVersionId: flow.publishedVersionId,
      chatbotId: flow.chatbotId,
      running,
    },
  };
}

/** What D1 answers to an UPDATE. */
const written = z.object({ meta: z.object({ changes: z.int() }) });
