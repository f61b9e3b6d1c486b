import { join } from 'node:path'
import type { Logger } from '#base'
import { createMediaEngine } from '#engines/media'
import { announce } from './announce.ts'
import { fetchFolder } from './fetch-folder.ts'
import { PROMPTS_FOLDER } from './prompts-folder.ts'
import type { MediaOptions } from './role-options.ts'
import { weigh } from './weight.ts'

/** Starts this machine's media process. */
export async function startMedia(options: MediaOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { name, node, listen, advertised, rtpPorts, control, secret, data, readyFile, siblings, points, shared } =
    options
  // A late packet is heard and a late message is not.
  if (!weigh('heavy')) logger.info({}, 'media runs at ordinary priority: raising it needs the right to')
  const media = await createMediaEngine({
    name,
    node,
    ...(siblings && { siblings }),
    ...(points !== undefined && { points }),
    listen,
    advertised,
    rtpPorts: { from: rtpPorts.first, to: rtpPorts.last },
    control,
    secret,
    prompts: PROMPTS_FOLDER,
    sounds: join(data, 'blobs', 'prompts'),
    spool: join(data, 'spool'),
    archive: join(data, 'blobs', 'recordings'),
    ...(shared && { elsewhere: fetchFolder(data) }),
    logger,
    failed(error) {
      logger.error({ problem: error.message }, 'the packet thread died; the process ends and is started again')
      process.exit(1)
    },
  })
  announce(readyFile, logger)
  return media
}
