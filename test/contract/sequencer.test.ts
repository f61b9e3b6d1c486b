import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { silentLogger, systemClock } from '#base'
import { Fold, Follower, type Machine, Sequencer } from '#engines/sequencer'
import { PostgresLease } from '#seams/lease'
import { PostgresLog } from '#seams/log'
import { openStore, startEmbedded } from '#seams/store'
import { TEST_SETTINGS } from './cluster.ts'

interface ListState {
  readonly seen: number[]
}

/** Keeps the numbers that it is told, in order. */
const list: Machine<ListState, { n: number }, { type: 'Seen'; n: number }> = {
  initial: () => ({ seen: [] }),
  decide: (_state, { n }) => [{ type: 'Seen', n }],
  evolve: (state, { n }) => void state.seen.push(n),
  dump: (state) => state,
  restore: (dump) => dump as ListState,
}

const machines = { list }

/** A PostgreSQL of this test's own, which it may kill. */
async function ownServer() {
  const parent = await mkdtemp(join(tmpdir(), 'tandem-killed-'))
  await chmod(parent, 0o755)
  const folder = join(parent, 'postgres')
  // A killed process loses nothing that it gave to the system; only a power cut would need fsync.
  const start = () =>
    startEmbedded({ folder, logger: silentLogger, settings: { ...TEST_SETTINGS, synchronous_commit: 'on' } })
  onTestFinished(async () => {
    await (await start()).close()
    await rm(parent, { recursive: true, force: true })
  })
  return { start, first: await start() }
}

it('a PostgreSQL that is killed under load costs no event and doubles none, on primary and backup alike', async () => {
  const { start, first } = await ownServer()
  const store = await openStore({ url: first.url, clock: systemClock, logger: silentLogger })
  onTestFinished(() => store.close())
  await store.migrate()
  const log = new PostgresLog(store)
  const { term } = (await new PostgresLease(store).acquire('core', 60_000))!
  const trouble: unknown[] = []
  const common = { log, clock: systemClock, logger: silentLogger, onStopped: (reason: unknown) => trouble.push(reason) }
  const backup = new Fold(machines, silentLogger)
  const follower = await Follower.open({ ...common, fold: backup })
  const sequencer = await Sequencer.open({ ...common, machines, term, limits: { snapshotEvery: 40 } })

  const sent: number[] = []
  const answers: Promise<unknown>[] = []
  const send = (n: number): void => {
    sent.push(n)
    answers.push(sequencer.submit([{ machine: 'list', command: { n } }]))
  }
  let server = first
  for (let round = 0; round < 3; round++) {
    for (let n = 0; n < 60; n++) {
      send(round * 1000 + n)
      // Some together, some one by one, and the kill in the midst of them.
      if (n % 7 === 0) await Promise.race([answers.at(-1), new Promise((resolve) => setTimeout(resolve, 20))])
      if (n === 30) process.kill(server.pid, 'SIGKILL')
    }
    await server.exited
    server = await start()
  }
  await Promise.all(answers)

  expect(sequencer.committed.states.list.seen).toEqual(sent)
  await expect.poll(() => backup.states.list.seen, { timeout: 60_000 }).toEqual(sent)
  const restarted = new Fold(machines, silentLogger)
  await restarted.load(log)
  expect(restarted.states.list.seen).toEqual(sent)
  expect(trouble).toEqual([])
  await sequencer.close()
  await follower.close()
})
