import type { Flow, FlowNode, Shown } from "./document.ts";

/** The page that the canvas stands on, read anew: the server says what is wrong, and takes every change by its own forms. */

export interface State {
  revision: number;
  flow: Flow;
  shown: Readonly<Record<string, Shown>>;
}

interface Written {
  revision: number;
  nodes: FlowNode[];
  edges: Flow["edges"];
  shown: Record<string, Shown>;
}

/** What a page says of the flow; null: it is another page. */
export function stateOf(page: Document): State | null {
  const text = page.getElementById("canvas")?.dataset.flow;
  if (!text) return null;
  const { revision, nodes, edges, shown }: Written = JSON.parse(text);
  return { revision, flow: { nodes, edges }, shown };
}

/** What is said on a page of why something was not taken. */
export const problemOn = (page: Document): string | null =>
  page.getElementById("problem")?.textContent ?? null;

const read = async (answer: Response): Promise<Document> =>
  new DOMParser().parseFromString(await answer.text(), "text/html");

/** A page of ours. @throws Error with what it says where it is no such page */
export async function open(address: string): Promise<Document> {
  const answer = await fetch(address, { headers: { accept: "text/html" } });
  const page = await read(answer);
  if (!answer.ok)
    throw new Error(problemOn(page) ?? page.querySelector("main")?.textContent ?? answer.statusText);
  return page;
}

/** Posts a form of a page and gives where it leads. @throws Error with why it was not taken */
export async function send(address: string, fields: URLSearchParams): Promise<Document> {
  const answer = await fetch(address, { method: "POST", body: fields, headers: { accept: "text/html" } });
  const page = await read(answer);
  if (!answer.ok) throw new Refused(page, answer.statusText);
  return page;
}

/** A form that was not taken, with the page that says why. */
export class Refused extends Error {
  readonly page: Document;

  constructor(page: Document, otherwise: string) {
    super(problemOn(page) ?? otherwise);
    this.page = page;
  }
}

/** Puts what a page has in the place of what stands here, where the two differ. */
export function take(page: Document, id: string): void {
  const [old, now] = [document.getElementById(id), page.getElementById(id)];
  if (!old || !now || old.innerHTML === now.innerHTML) return;
  old.replaceChildren(...[...now.childNodes].map((node) => document.adoptNode(node)));
}
