/** What can go wrong with a model, none of it the caller's fault. */
export type ModelFaultKind =
  /** The deployment has no endpoint for this model. */
  | "not_configured"
  | "timeout"
  /** No answer: the connection failed or broke off. */
  | "unreachable"
  /** The key is wrong, or may not use this model (401, 403). */
  | "denied"
  /** Too many requests, or the quota is used up (429). */
  | "limited"
  /** Any other status that is not 2xx. */
  | "refused"
  /** An answer that has no text, is too long or is no answer of this API. */
  | "unreadable";

const FAULT_TEXT: Record<ModelFaultKind, string> = {
  not_configured: "No model is configured.",
  timeout: "The model took too long.",
  unreachable: "The model could not be reached.",
  denied: "The model's API refused the deployment's key.",
  limited: "The model's API is over its limit.",
  refused: "The model's API refused the request.",
  unreadable: "The model's answer could not be read.",
};

/** A model that gave no answer. Its message names no address, key or text, so it may be shown. */
export class ModelFault extends Error {
  readonly kind: ModelFaultKind;
  /** The HTTP status, where there was one. */
  readonly status: number | null;
  /** How long the API wants to be left alone, in milliseconds; null: it does not say. */
  readonly retryAfter: number | null;

  constructor(
    kind: ModelFaultKind,
    options: { status?: number; retryAfter?: number | null; cause?: unknown } = {},
  ) {
    super(FAULT_TEXT[kind], { cause: options.cause });
    this.name = "ModelFault";
    this.kind = kind;
    this.status = options.status ?? null;
    this.retryAfter = options.retryAfter ?? null;
  }
}
