import { join } from 'node:path'
import { type Logger, newId, steadyClock, systemClock } from '#base'
import { createEdgeEngine } from '#engines/edge'
import { announce } from './announce.ts'
import type { EdgeOptions } from './role-options.ts'
import { readTlsFiles, type TlsContents, type TlsFiles, watchTlsFiles } from './tls-files.ts'

/** Starts this machine's edge: the address that phones and trunks talk to. */
export async function startEdge(options: EdgeOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const {
    listen,
    advertised,
    sipPort,
    sipWsPort,
    sips,
    visitorCalls,
    control,
    secret,
    name,
    node,
    key,
    data,
    readyFile,
  } = options
  const tls = sips && goodOnes(sips.files, logger)
  const edge = createEdgeEngine({
    listen,
    sipPort,
    wsPort: sipWsPort,
    ...(sips && { tlsPort: sips.port }),
    ...(tls && { tls }),
    ...(visitorCalls !== undefined && { visitorCallsPerMinute: visitorCalls }),
    advertisedHost: advertised,
    control,
    secret,
    name,
    node,
    key,
    bindingFile: join(data, 'run', `${name}.bindings`),
    instance: newId('edge'),
    // Registrations do not end because somebody set the machine's clock.
    clock: steadyClock(systemClock),
    logger,
    domains: ['localhost', 'tandem'],
  })
  await edge.start()
  const watch = sips && {
    ...{ files: sips.files, clock: systemClock, logger },
    changed: (contents: TlsContents) => {
      edge
        .setTls(contents)
        .catch((cause: unknown) => logger.error({ problem: String(cause) }, 'SIP over TLS is not served'))
    },
  }
  const watching = watch && watchTlsFiles(watch, tls)
  announce(readyFile, logger)
  return {
    close() {
      watching?.close()
      return edge.close()
    },
  }
}

/** An edge that is started again, by night perhaps, serves all others also when the files are not good any more. */
function goodOnes(files: TlsFiles, logger: Logger): TlsContents | undefined {
  try {
    return readTlsFiles(files)
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause)
    logger.error({ problem }, 'SIP over TLS is not served until its files are good')
    return undefined
  }
}
