// The default import: with an import attribute esbuild, like Node, gives JSON no named exports.
import manifest from "../../package.json";

/** How the server names itself to clients, in both lanes. */
export const SERVER_INFO = { name: "parley", title: "Parley", version: manifest.version };

/** How long clients may keep lists and the discovery answer, in milliseconds. Calls are checked each time all the same. */
export const LIST_TTL_MS = 60_000;
