/** A media process for the benchmark: tells its control port, and what CPU it has used whenever it is asked. */
import { silentLogger } from '#base'
import { createMediaEngine } from '#engines/media'

const { folder, secret, ports } = JSON.parse(process.env['MEDIA_BENCH'] ?? '{}')

const engine = await createMediaEngine({
  name: 'media-bench',
  listen: '127.0.0.1',
  rtpPorts: ports,
  control: { host: '127.0.0.1', port: 0 },
  secret,
  prompts: new URL('../assets/prompts', import.meta.url).pathname,
  spool: `${folder}/spool`,
  logger: silentLogger,
})
process.send?.({ port: engine.control.port })
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  process.send?.({ cpuUs: user + system })
})
process.on('disconnect', () => process.exit())
