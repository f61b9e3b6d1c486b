import { createServer } from 'node:http'
import type { Server } from './server-type.ts'

/** A second door to the same API: the address that browsers know, which one of a machine's cores has at a time. */
export interface Front {
  /** Rejects with EADDRINUSE while another core has it; may be called again. */
  listen(at: { readonly host: string; readonly port: number }): Promise<void>
  /** Ends its connections too. */
  close(): Promise<void>
}

/** Makes the door; `server` answers what comes through it. */
export function createFront(server: Server): Front {
  const inner = server.server
  const front = createServer({ requestTimeout: inner.requestTimeout, keepAliveTimeout: inner.keepAliveTimeout })
  front.maxConnections = inner.maxConnections
  front.on('request', (request, response) => server.routing(request, response))
  front.on('upgrade', (request, socket, head) => inner.emit('upgrade', request, socket, head))
  front.on('clientError', (error, socket) => inner.emit('clientError', error, socket))
  return {
    listen: (at) =>
      new Promise((resolve, reject) => {
        front.once('error', reject)
        front.listen(at, () => {
          front.removeListener('error', reject)
          resolve()
        })
      }),
    close: () =>
      new Promise((resolve) => {
        front.close(() => resolve())
        front.closeAllConnections()
      }),
  }
}
