export { ApiProblem } from './api-problem.ts'
export { type OpenSocket, type Socket, Subscription } from './subscription.ts'
export { type Fetch, TandemClient, type TandemClientOptions } from './tandem-client.ts'
export { type ReceivedWebhook, verifyWebhook, type WebhookEvent } from './verify-webhook.ts'
