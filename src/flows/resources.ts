import { defineResource, type Resource } from "../calls/define.ts";
import { flowJsonSchema } from "./graph/document.ts";

export const flowResources: readonly Resource[] = [
  defineResource({
    uri: "parley://flow-schema",
    name: "flow-schema",
    title: "Flow schema",
    description: "The JSON Schema of a flow: every type of node with its data and handles, and the edges.",
    toolset: "flows",
    scope: "flows:read",
    mimeType: "application/schema+json",
    untrusted: [],
    async read() {
      return flowJsonSchema();
    },
  }),
];
