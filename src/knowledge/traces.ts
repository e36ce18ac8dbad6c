import { sql } from "drizzle-orm";
import type { ConversationTrace } from "../conversations/erase.ts";
import { questionKey } from "./gaps.ts";
import { kbGaps } from "./schema.ts";

/** Questions without a good answer that were asked in conversations, as these worded them. How many were asked stays. */
export const gapTrace: ConversationTrace = async (tenant, { said }) => {
  const keys = said
    .map(({ text, ...asked }) => ({ ...asked, key: questionKey(text) }))
    .filter(({ key }) => key !== "");
  if (keys.length === 0) return { statements: [], removed: {}, more: false };
  const mine = sql`SELECT g.rowid FROM json_each(${JSON.stringify(keys)}) AS given
    CROSS JOIN kb_gaps AS g INDEXED BY kb_gaps_by_question
    WHERE g.workspace_id = ${tenant.workspaceId} AND g.chatbot_id = given.value ->> 'chatbotId'
      AND g.question_key = given.value ->> 'key' AND g.conversation_id = given.value ->> 'conversationId'`;
  return {
    statements: [tenant.db.delete(kbGaps).where(tenant.of(kbGaps, sql`rowid IN (${mine})`))],
    removed: {},
    more: false,
  };
};
