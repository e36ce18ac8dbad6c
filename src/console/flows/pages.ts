import type { Page } from "../page.ts";
import { nodePage } from "./node.tsx";
import { flowPage } from "./page.tsx";
import { publishPage } from "./publish.tsx";
import { VERSION_PAGES } from "./versions.tsx";

/** The pages of a chatbot's main flow. */
export const FLOW_PAGES: readonly Page[] = [flowPage, nodePage, publishPage, ...VERSION_PAGES];
