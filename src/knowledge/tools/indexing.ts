import type { Call } from "../../calls/define.ts";
import { logUnexpected } from "../../http/log.ts";
import { vectorArm } from "../../search/vectors.ts";
import type { Indexing } from "../index-rows.ts";

/** What writes need beside the article. A vector service that fails does not undo them; a rebuild makes up for it. */
export function indexingOf({ env, requestId }: Call, tool: string): Indexing {
  return {
    vectors: vectorArm(env, "knowledge"),
    onVectorFault: (error) => logUnexpected(requestId, `${tool}, vectors`, error),
  };
}
