import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from '#base'
import { createMediaEngine } from '#engines/media'
import type { MediaOptions } from './role-options.ts'

/** Starts this machine's media process. */
export async function startMedia(options: MediaOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { name, listen, rtpPorts, control, secret, data, readyFile } = options
  const media = await createMediaEngine({
    name,
    listen,
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
  writeFileSync(readyFile, String(process.pid))
  return media
}
