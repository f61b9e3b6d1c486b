import { TargetGate, WebhookAdapter, type WebhookAdapterOptions } from '#adapters/webhook'
import { PostgresWebhookPositions } from '#seams/store'
import { readSecret } from './secret-file.ts'
import type { ServingOptions } from './serving-options.ts'

/** Sends what happens to other systems, from the fold and the log of this core, while it is primary. */
export function startWebhooks(
  { options, store, log, fold, clock, logger }: ServingOptions,
  term: number,
  decode: WebhookAdapterOptions['decode'],
): WebhookAdapter {
  const adapter = new WebhookAdapter({
    ...{ log, decode, term, clock, logger },
    configuration: () => fold.states.centre.configuration,
    lastChange: (key) => fold.states.centre.configurationState.lastChanges.get(key),
    follow: (listener) =>
      fold.onCommitted((batch) => {
        const events = batch.flatMap((one) =>
          one.machine === 'centre' ? [{ ...one, event: one.event as ReturnType<typeof decode> & object }] : [],
        )
        listener({ from: batch[0]!.sequence, to: batch.at(-1)!.sequence, events })
      }),
    positions: new PostgresWebhookPositions(store),
    gate: new TargetGate(options.webhookNetworks),
    secretOf: (name) => readSecret(options.data, name),
  })
  adapter.start()
  return adapter
}
