/**
 * What a role's process runs: `node main.ts ROLE OPTIONS-FILE`. Only the role's own modules are loaded, and compiled code is
 * kept beside them, because a takeover waits for this start.
 */
import { readFileSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { createLogger, type LogLevel } from '#base'
import { weighForStart } from './weight-at-start.ts'

/** A role that runs: it ends by `close()`. */
interface Running {
  close(): Promise<void>
}

enableCompileCache()
const [role = '', file = ''] = process.argv.slice(2)
const options = JSON.parse(readFileSync(file, 'utf8'))
const logger = createLogger(role, (options.logLevel ?? 'info') as LogLevel)

const starts: Readonly<Record<string, () => Promise<Running>>> = {
  edge: async () => (await import('./edge.ts')).startEdge(options, logger),
  media: async () => (await import('./media.ts')).startMedia(options, logger),
  core: async () => {
    weighForStart(options.runFolder)
    return (await import('./core.ts')).startCore(options, logger)
  },
  archive: async () => (await import('./archive.ts')).startArchive(options, logger),
}

function die(reason: string, cause: unknown): void {
  const problem = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  logger.error({ problem }, reason)
  process.exit(1)
}

process.on('uncaughtException', (cause) => die('an assertion or an unexpected error ended the process', cause))
process.on('unhandledRejection', (cause) => die('a rejection that nobody handled ended the process', cause))

const start = starts[role]
if (!start) die('no such role', role)
else {
  const running = await start().catch((cause: unknown) => die('the role could not start', cause))
  let ending = false
  for (const name of ['SIGTERM', 'SIGINT'] as const) {
    process.on(name, () => {
      if (ending || !running) return
      ending = true
      running.close().then(
        () => process.exit(0),
        (cause: unknown) => die('the role did not end in order', cause),
      )
    })
  }
}
