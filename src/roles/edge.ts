import { join } from 'node:path'
import { type Logger, newId, systemClock } from '#base'
import { createEdgeEngine } from '#engines/edge'
import { announce } from './announce.ts'
import type { EdgeOptions } from './role-options.ts'

/** Starts this machine's edge: the address that phones and trunks talk to. */
export async function startEdge(options: EdgeOptions, logger: Logger): Promise<{ close(): Promise<void> }> {
  const { listen, advertised, sipPort, sipWsPort, visitorCalls, control, secret, name, node, key, data, readyFile } =
    options
  const edge = createEdgeEngine({
    listen,
    sipPort,
    wsPort: sipWsPort,
    ...(visitorCalls !== undefined && { visitorCallsPerMinute: visitorCalls }),
    advertisedHost: advertised,
    control,
    secret,
    name,
    node,
    key,
    bindingFile: join(data, 'run', `${name}.bindings`),
    instance: newId('edge'),
    clock: systemClock,
    logger,
    domains: ['localhost', 'tandem'],
  })
  await edge.start()
  announce(readyFile, logger)
  return edge
}
