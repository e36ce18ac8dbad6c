/**
 * An error of the protocol, as opposed to one that a tool answers with: both SDKs turn an error with a numeric
 * `code` into a JSON-RPC error. Its message reaches the client word for word.
 */
export class ProtocolFault extends Error {
  readonly code: number;
  readonly data: Record<string, unknown> | undefined;

  constructor(code: number, message: string, data?: Record<string, unknown>) {
    super(message);
    this.name = "ProtocolFault";
    this.code = code;
    this.data = data;
  }
}

/**
 * Ends a pass in the stateless lane: the client is asked first, and the call starts over with its answers.
 * Not an error: nothing may catch it but the lane.
 */
export class AnswerNeeded extends Error {
  readonly questions: Record<string, { method: string; params: Record<string, unknown> }>;
  /** Sealed, comes back with the answers. Undefined when nothing needs to be remembered. */
  readonly state: string | undefined;

  constructor(questions: AnswerNeeded["questions"], state: string | undefined) {
    super("The client is asked first.");
    this.name = "AnswerNeeded";
    this.questions = questions;
    this.state = state;
  }
}
