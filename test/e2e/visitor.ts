/** A visitor of a web page, over the visitor API: what the chat widget does. */
export class Visitor {
  readonly #api: string;
  #token = "";

  constructor(url: string) {
    this.#api = `${url}/api/visitor/v1`;
  }

  async #request(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
    const response = await fetch(`${this.#api}${path}`, {
      method,
      headers: {
        "content-type": "application/json",
        ...(this.#token ? { authorization: `Bearer ${this.#token}` } : {}),
      },
      body: body ? JSON.stringify(body) : undefined,
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.status} ${text}`);
    return JSON.parse(text);
  }

  /** Opens a session with an inbox by its public key. */
  async arrive(inboxKey: string, facts: { name?: string; email?: string } = {}): Promise<void> {
    this.#token = String((await this.#request("POST", "/sessions", { inboxKey, ...facts })).visitorToken);
  }

  async say(text: string, clientMessageId?: string): Promise<Record<string, unknown>> {
    return this.#request("POST", "/messages", { text, clientMessageId });
  }

  /** What was said after a sequence number, oldest first. */
  async hear(after = 0): Promise<{ seq: number; from: string; text: string; senderName: string }[]> {
    const answer = await this.#request("GET", `/messages?after=${after}&limit=100`);
    return answer.messages as { seq: number; from: string; text: string; senderName: string }[];
  }
}
