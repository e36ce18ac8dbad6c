import type { Scope } from "../control/scopes.ts";
import type { Principal } from "./principal.ts";

/** What a request shows to be let in, after the door has recognised it. */
export type Credential =
  /** An API key or bot token: the SHA-256 of the whole token, hex, and whether it came in the address. */
  | { kind: "token"; hash: string; inUrl: boolean }
  /** An OAuth access token that the authorization server found valid: our own grant id from its props. */
  | { kind: "grant"; grantId: string };

/** One call inside a request (a request may be a batch). */
export interface CallCost {
  /** The tool, resource or prompt, and its toolset: a rollout can hide either. Null toolset: no such thing. */
  name: string;
  toolset: string | null;
  /** The scopes it takes; null when the door knows no such thing, which then counts to the minute only. */
  scopes: readonly Scope[] | null;
  /** It changes something, so a read-only credential cannot run it. */
  writes: boolean;
  /** Its arguments passed validation. Refused calls count to the minute, not to the quotas. */
  valid: boolean;
  /** It counts to the minute and not to the quotas. */
  minuteOnly?: boolean;
}

export interface AdmitRequest {
  credential: Credential;
  /** `/mcp-readonly`: everything that writes is refused, whatever the credential could do. */
  readOnlyAddress: boolean;
  /** The MCP session that the request names; its owner, its transport and its life are checked. */
  sessionId: string | null;
  /** How the session is spoken to; "http" unless said. */
  transport?: SessionRow["transport"];
  calls: CallCost[];
  /** It brings in what customers say: that needs no MCP, which may be switched off. */
  forChannel?: boolean;
  /** Messages that cost no quota: initialize, lists, ping, notifications. Own ceiling of 300 a minute. */
  others: number;
}

export type Refusal =
  /** 401: unknown, revoked or expired; or it holds, but not in an address. */
  | { kind: "unauthenticated"; notInAddress: boolean }
  /** 403: the switch is off, the workspace is suspended, or its plan lacks this. The message says which. */
  | { kind: "forbidden"; message: string }
  /** 404: made up, ended, or somebody else's. */
  | { kind: "no_session" }
  /** 429 */
  | { kind: "limited"; window: "minute" | "day" | "month"; retryAfterSeconds: number };

/** One window of a limit, and what is used of it. */
export interface UsageWindow {
  window: "minute" | "day" | "month";
  used: number;
  /** Null: without limit. */
  limit: number | null;
  remaining: number | null;
  /** Milliseconds, UTC. */
  resetsAt: number;
}

export type Admission =
  | {
      admitted: true;
      principal: Principal;
      /** Names this very principal, never another: with any change there is a new one. */
      principalKey: string;
      limits: UsageWindow[];
    }
  | { admitted: false; refusal: Refusal; limits: UsageWindow[] };

/** An admission whose principal is the one that the asker said it holds. */
export type SameAdmission = { admitted: true; principal: null; principalKey: string; limits: UsageWindow[] };

/** An MCP session as an operator sees it. Times in milliseconds, UTC. */
export interface SessionRow {
  id: string;
  transport: "http" | "sse";
  credentialId: string;
  credentialName: string;
  client: string | null;
  clientVersion: string | null;
  protocolVersion: string | null;
  calls: number;
  createdAt: number;
  lastSeenAt: number;
  endedAt: number | null;
}
