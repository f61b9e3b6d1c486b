import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { Cluster } from '#api/contract'
import { createHttpApi } from '#api/http'
import type { CentrePort, CommittedEvent } from '#api/live'
import { RealtimeHub } from '#api/realtime'
import { Passwords, Throttle, Tokens } from '#api/sessions'
import { History, Journal, type JournalEvent, type JournalTables } from '#engines/journal'
import { decode, type Sequenced, type Sequencer } from '#engines/sequencer'
import { DirectoryBlobs } from '#seams/blobs'
import type { LogRecord } from '#seams/log'
import { PostgresCredentials, PostgresRecordings } from '#seams/store'
import { clusterOf } from './cluster.ts'
import { listenWhenFree } from './listening.ts'
import { tokenKey } from './local-token.ts'
import { addCentreMetrics } from './metrics.ts'
import { openSeats } from './seats.ts'
import { REALM } from './seed.ts'
import type { CoreMachines, ServingOptions } from './serving-options.ts'
import { openWhatIf } from './what-if.ts'

/** History, API, live changes and pages: what people look at, started after what callers wait for. */
export async function startServing(serving: ServingOptions): Promise<{ close(): Promise<void> }> {
  const { options, store, log, term, clock, logger } = serving
  const db = store.tables<JournalTables>()
  const journal = new Journal({
    db,
    log,
    decode: centreEventOf,
    term,
    clock,
    logger,
    onFenced: (cause) => logger.warn({ problem: String(cause) }, 'the journal of a newer core has taken over'),
  })
  const history = new History(db, clock)
  const loop = monitorEventLoopDelay({ resolution: 10 })
  loop.enable()
  const metrics = new Registry()
  collectDefaultMetrics({ register: metrics })
  const cluster = (): Cluster => clusterOf(serving, journal, loop)
  addCentreMetrics(metrics, serving)
  const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url))
  const centre = centrePort(serving.sequencer)
  const tokens = new Tokens(tokenKey(options.tokenKey), clock)
  const { seats, seatPeaks } = openSeats(serving, metrics)
  const realtime = new RealtimeHub({ centre, tokens, seen: (user) => seats.seen(user), clock, logger })
  const whatIf = openWhatIf(history, clock, logger)
  const server = await createHttpApi({
    centre,
    // A core serves only as primary, and is one no longer from the moment that it closes.
    primary: {
      isPrimary: () => serving.voice.status().open,
      address: () => `http://${options.listen}:${options.httpPort}`,
    },
    history,
    recordings: new PostgresRecordings(store),
    blobs: await DirectoryBlobs.open(join(options.data, 'blobs')),
    tokens,
    passwords: new Passwords(new PostgresCredentials(store), REALM, clock),
    throttle: new Throttle(clock),
    sipPort: options.sipPort,
    seats,
    seatPeaks,
    cluster,
    // It is asked over the very way that a browser would come: that it answers is the proof.
    health: () => ({ healthy: true }),
    metrics,
    realtime,
    whatIf,
    clock,
    logger,
    webFolder: existsSync(webFolder) ? webFolder : undefined,
  })
  const closed = new AbortController()
  await listenWhenFree(() => server.listen({ host: options.listen, port: options.httpPort }), closed.signal, logger)
  return {
    async close() {
      closed.abort()
      await realtime.close()
      seats.close()
      whatIf.close()
      await server.close()
      loop.disable()
      await journal.close()
    },
  }
}

/** The centre's event in a record; the voice adapter's own do not concern history. */
function centreEventOf(record: LogRecord): JournalEvent['event'] | undefined {
  const { machine, event } = decode(record)
  return machine === 'centre' ? (event as JournalEvent['event']) : undefined
}

/** What the API sees of the sequencer: the centre alone. */
function centrePort(sequencer: Sequencer<CoreMachines>): CentrePort {
  const { committed } = sequencer
  return {
    state: () => committed.states.centre,
    sequence: () => committed.sequence,
    async submit(commands) {
      const { sequence, events } = await sequencer.submit(
        commands.map((command) => ({ machine: 'centre' as const, command })),
      )
      return { sequence, events: centreEvents(events) }
    },
    onCommitted: (listener) =>
      committed.onCommitted((batch) => {
        const events = centreEvents(batch)
        if (events.length > 0) listener(events)
      }),
  }
}

function centreEvents(batch: readonly Sequenced<CoreMachines>[]): readonly CommittedEvent[] {
  return batch.flatMap(({ machine, event, sequence, term, at }) =>
    machine === 'centre' ? [{ sequence, term, at, event: event as CommittedEvent['event'] }] : [],
  )
}
