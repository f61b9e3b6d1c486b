import { rm } from 'node:fs/promises'
import { RecordingCopies, RecordingInventory, WantedRecordings } from '#adapters/archive'
import { type Logger, systemClock } from '#base'
import type { JournalTables } from '#engines/journal'
import { type Parameter, recordingMachinesOf } from '#kernel/config'
import { type Blobs, DirectoryBlobs } from '#seams/blobs'
import { forwardProof, MemberList, PostgresMembers } from '#seams/members'
import type { RecordingHolders, Recordings, Store } from '#seams/store'
import { DataFolder } from './data-folder.ts'
import { fetchFolder } from './fetch-folder.ts'
import { GoneMachines } from './gone-machines.ts'
import { PoolPeers } from './pool-peers.ts'
import { RecordingMachines } from './recording-machines.ts'
import type { ArchiveOptions } from './role-options.ts'

/** What an archive has already. */
export interface PooledRecordingsOptions {
  readonly options: ArchiveOptions
  readonly store: Store
  readonly own: Blobs
  readonly holders: RecordingHolders
  readonly catalogue: Recordings
  readonly logger: Logger
}

/** The part of an archive that sees the other machines: copies of their recordings, and what is to be heard here. */
export async function openPooledRecordings(parts: PooledRecordingsOptions): Promise<{ close(): Promise<void> }> {
  const { options, store, own, holders, catalogue, logger } = parts
  const { node, data, secret } = options
  const clock = systemClock
  const list = new MemberList({ members: new PostgresMembers(store), clock, logger })
  await list.open()
  const cores = () => list.all().filter(({ role }) => role === 'core')
  const peers = new PoolPeers({ node, cores, proof: forwardProof(secret), logger })
  const onChanged = (listener: () => void) => list.onChanged(listener)
  const gone = new GoneMachines({ node, live: () => peers.live(), onChanged, clock })
  const machines = new RecordingMachines(peers, gone)
  const inventory = new RecordingInventory({ node, own, holders, clock, logger })
  inventory.start()
  const folder = new DataFolder(data)
  const copies = new RecordingCopies({
    ...{ node, own, holders, machines, clock, logger },
    wanted: () => recordingMachines(store),
    bytesLeft: () => folder.bytesLeft(),
  })
  copies.start()
  const { wishes, brought } = fetchFolder(data)
  // What was kept is brought again if somebody wants it.
  await rm(brought, { recursive: true, force: true })
  const wanted = new WantedRecordings({
    ...{ wishes, catalogue, machines, clock, logger },
    brought: await DirectoryBlobs.open(brought),
  })
  await wanted.start()
  return {
    async close() {
      await Promise.all([inventory.close(), copies.close(), wanted.close()])
      gone.close()
      await list.close()
    },
  }
}

/** As the journal knows the configuration: this process has no fold of its own. */
async function recordingMachines(store: Store): Promise<number> {
  const rows = await store
    .tables<JournalTables>()
    .selectFrom('tandem.journal_configuration')
    .select(['name', 'body'])
    .where('kind', '=', 'parameter')
    .execute()
  return recordingMachinesOf(new Map(rows.map(({ name, body }) => [name, body as Parameter])))
}
