import { existsSync, writeFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from '#base'
import { createMediaEngine } from '#engines/media'
import { announce } from './announce.ts'
import type { MediaOptions } from './role-options.ts'

/** Where Linux keeps the weight of this session of processes, if it groups by session (sched(7), autogroup). */
const AUTOGROUP = '/proc/self/autogroup'

/** Starts this machine's media process. */
export async function startMedia(options: MediaOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { name, listen, advertised, rtpPorts, control, secret, data, readyFile } = options
  hurry(logger)
  const media = await createMediaEngine({
    name,
    listen,
    advertised,
    rtpPorts: { from: rtpPorts.first, to: rtpPorts.last },
    control,
    secret,
    prompts: fileURLToPath(new URL('../../assets/prompts', import.meta.url)),
    spool: join(data, 'spool'),
    archive: join(data, 'blobs', 'recordings'),
    logger,
    failed(error) {
      logger.error({ problem: error.message }, 'the packet thread died; the process ends and is started again')
      process.exit(1)
    },
  })
  announce(readyFile, logger)
  return media
}

/**
 * A late packet is heard and a late message is not: where the system permits it, media goes before all else on the machine. The
 * packet thread is made afterwards and inherits it.
 */
function hurry(logger: Logger): void {
  const nice = constants.priority.PRIORITY_HIGH
  try {
    setPriority(process.pid, nice)
    // Linux may weigh sessions of processes against each other, whatever their priorities are; each role is a session of its own.
    if (existsSync(AUTOGROUP)) writeFileSync(AUTOGROUP, String(nice))
  } catch {
    logger.info({}, 'media runs at ordinary priority: raising it needs the right to')
  }
}
