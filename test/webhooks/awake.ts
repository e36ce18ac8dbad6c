import { onTestFinished } from "vitest";
import { WebhookEndpoint } from "../../src/webhooks/endpoint.ts";

const { wake } = WebhookEndpoint.prototype;

/** No webhook tells anything by itself: what other tests write is nobody's news. */
export function asleep(): void {
  WebhookEndpoint.prototype.wake = () => {};
}

/** Webhooks tell what happens until the test is over. */
export function awake(): void {
  WebhookEndpoint.prototype.wake = wake;
  onTestFinished(asleep);
}
