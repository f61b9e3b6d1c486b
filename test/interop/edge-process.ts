/** An edge as a process of its own, for a test that puts it into a network namespace: `node edge-process.ts OPTIONS`. */
import { silentLogger, systemClock } from '#base'
import { createEdgeEngine } from '#engines/edge'

const options = JSON.parse(process.argv[2] ?? '{}')
const edge = createEdgeEngine({ ...options, clock: systemClock, logger: silentLogger })
await edge.start()
process.stdout.write('started\n')
