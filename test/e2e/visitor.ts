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

  get token(): string {
    return this.#token;
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

interface Pushed {
  seq: number;
  text: string;
}

/** A visitor with an outbox: what it says is sent under one id until it is acknowledged, over a socket or by requests. */
export class SteadyVisitor {
  /** What was acknowledged, in order, with the number it was given. */
  readonly acknowledged: Pushed[] = [];
  /** What its sockets were told, in order. */
  readonly told: Pushed[] = [];
  readonly #visitor: Visitor;
  readonly #url: string;
  readonly #overSocket: boolean;
  #socket: WebSocket | null = null;
  #said = 0;
  /** Takes what was answered to what it said last; null: its socket was closed. */
  #answered: (heard: { clientMessageId?: string; message?: Pushed } | null) => void = () => {};

  constructor(url: string, overSocket: boolean) {
    this.#url = url;
    this.#overSocket = overSocket;
    this.#visitor = new Visitor(url);
  }

  async arrive(inboxKey: string, name: string): Promise<void> {
    await this.#visitor.arrive(inboxKey, { name });
  }

  /** All that is stored, oldest first. @param after a number: what lies behind it */
  async all(after = 0): Promise<Pushed[]> {
    const all: Pushed[] = [];
    for (;;) {
      const page = await this.#visitor.hear(all.at(-1)?.seq ?? after);
      all.push(...page);
      if (page.length < 100) return all;
    }
  }

  /** Says the next thing. @throws Error where it was not acknowledged: it is said again the next time */
  async sayNext(): Promise<void> {
    const text = `word ${this.#said + 1}`;
    const id = `m${this.#said + 1}`;
    const seq = this.#overSocket ? await this.#overTheSocket(text, id) : await this.#byRequest(text, id);
    this.#said += 1;
    this.acknowledged.push({ seq, text });
  }

  close(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  async #byRequest(text: string, id: string): Promise<number> {
    const { message } = await this.#visitor.say(text, id);
    return (message as Pushed).seq;
  }

  async #overTheSocket(text: string, id: string): Promise<number> {
    const socket = await this.open();
    return new Promise((resolve, reject) => {
      this.#answered = (heard) => {
        if (heard === null) reject(new Error("cut off"));
        else if (heard.clientMessageId !== id) return;
        else if (heard.message) resolve(heard.message.seq);
        else reject(new Error(JSON.stringify(heard)));
      };
      socket.send(JSON.stringify({ type: "message", text, clientMessageId: id }));
    });
  }

  /** Its socket; a new one goes on behind what the last one told. */
  async open(): Promise<WebSocket> {
    if (this.#socket?.readyState === WebSocket.OPEN) return this.#socket;
    const after = this.told.at(-1)?.seq ?? 0;
    const address = `${this.#url.replace("http", "ws")}/api/visitor/v1/socket?after=${after}`;
    const socket = new WebSocket(address, ["parley.visitor", this.#visitor.token]);
    socket.addEventListener("message", ({ data }) => {
      const heard = JSON.parse(String(data));
      if (heard.type === "message") this.told.push({ seq: heard.message.seq, text: heard.message.text });
      else if (heard.type === "sent" || heard.type === "error") this.#answered(heard);
    });
    socket.addEventListener("close", () => {
      if (this.#socket === socket) this.#socket = null;
      this.#answered(null);
    });
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener("open", () => resolve(), { once: true });
      socket.addEventListener("error", () => reject(new Error("no socket")), { once: true });
    });
    this.#socket = socket;
    return socket;
  }
}
