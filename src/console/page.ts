import type { Refused } from "./forms.tsx";
import type { Content } from "./layout.tsx";
import type { Need, Visit } from "./visit.ts";

/** Where a form leads: on to a page of the workspace that says what was done, or to what is shown once and never again. */
export type Taken = { to: string; query?: Record<string, string>; done?: string } | Content;

/** Something that can be done on a page: posted to the page's own address with `do` naming it. */
export interface Doing {
  needs: Need;
  /** @throws Failure which the page then shows, with what was typed */
  take(visit: Visit, form: URLSearchParams, files: readonly File[]): Promise<Taken>;
}

/** A page of a workspace. The tests of safety take their cases from these records. */
export interface Page {
  /** Below the workspace, with `:names` for what varies. */
  path: string;
  needs: Need;
  /** Its forms' bytes at most, where that is more than what people type. */
  formBytes?: number;
  /** Its forms take files, of so many bytes together with the rest. */
  fileBytes?: number;
  show(visit: Visit, refused: Refused | null): Promise<Content>;
  actions?: Readonly<Record<string, Doing>>;
}
