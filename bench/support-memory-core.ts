/** A core that keeps its log in its own memory and has neither history nor pages: what is left is the call itself. For benchmarks only. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createVoiceAdapter } from '#adapters/voice'
import { silentLogger, systemClock } from '#base'
import { Sequencer } from '#engines/sequencer'
import { MemoryLease } from '#seams/lease'
import { MemoryLog } from '#seams/log'
import { CORE_MACHINES } from '../src/roles/core-machines.ts'
import type { CoreOptions } from '../src/roles/role-options.ts'
import { firstConfiguration, REALM } from '../src/roles/seed.ts'

/** The lease of a core that nobody contests: longer than any benchmark. */
const LEASE_MS = 3_600_000

const options = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as CoreOptions
const lease = new MemoryLease(systemClock)
const held = await lease.acquire('bench', LEASE_MS)
const term = held?.term ?? 1
const end = () => process.exit(1)
const common = { logger: silentLogger, clock: systemClock, term }
const sequencer = await Sequencer.open({
  machines: CORE_MACHINES,
  log: new MemoryLog(lease),
  ...common,
  onStopped: end,
})
await sequencer.submit([{ machine: 'centre', command: firstConfiguration(true) }])
const voice = createVoiceAdapter({
  sequencer,
  ...common,
  edges: options.edges,
  media: options.media,
  secret: options.secret,
  core: 'bench',
  credentialOf: (extension) => {
    const user = sequencer.committed.states.centre.configuration.extensions.get(extension)
    const text = `${extension}:${REALM}:demo-${user}`
    return { realm: REALM, ha1: { MD5: createHash('md5').update(text).digest('hex') } }
  },
  fenced: end,
})
voice.start()
while (![...voice.status().edges, ...voice.status().media].every(({ connected }) => connected)) {
  await new Promise((resolve) => setTimeout(resolve, 5))
}
writeFileSync(options.readyFile, String(process.pid))
process.on('SIGTERM', () => process.exit(0))
