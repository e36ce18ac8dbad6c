import { DurableObject } from "cloudflare:workers";

export class WorkspaceGate extends DurableObject<Env> {}
