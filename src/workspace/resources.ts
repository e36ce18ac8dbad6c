import { defineResource, type Resource } from "../calls/define.ts";
import { usageOutput } from "./answers.ts";
import { usageOf } from "./tools.ts";

export const workspaceResources: readonly Resource[] = [
  defineResource({
    uri: "parley://usage",
    name: "usage",
    title: "API usage",
    description:
      "Calls in this minute, day and month against the plan's limits, and this month's calls by tool.",
    toolset: "workspace",
    scope: "workspace:read",
    mimeType: "application/json",
    untrusted: [],
    minuteOnly: true,
    read: async (call) => usageOutput.parse(await usageOf(call)),
  }),
];
