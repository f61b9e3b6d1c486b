import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { silentLogger } from '#base'
import { listenWhenFree } from './listening.ts'
import { freePort } from './ports.ts'

const HOST = '127.0.0.1'

/** A server that counts how often it was told to listen. */
class Counted {
  asked = 0
  async listen(): Promise<void> {
    this.asked++
  }
}

describe('listening on a port that another process holds', () => {
  it('begins once it is free, and does not touch the server before', async () => {
    const port = await freePort(HOST)
    const holder = createServer()
    await new Promise<void>((resolve) => holder.listen({ host: HOST, port }, resolve))
    const server = new Counted()
    const told: string[] = []
    const logger = { ...silentLogger, warn: (_: object, text: string) => void told.push(text) }
    const opened = listenWhenFree(server, { host: HOST, port }, new AbortController().signal, logger)
    await expect.poll(() => told.length).toBe(1)
    expect(server.asked).toBe(0)
    await new Promise<void>((resolve) => holder.close(() => resolve()))
    await opened
    expect(server.asked).toBe(1)
  })

  it('is given up when the core ends', async () => {
    const closed = new AbortController()
    closed.abort()
    const server = new Counted()
    await listenWhenFree(server, { host: HOST, port: 1 }, closed.signal, silentLogger)
    expect(server.asked).toBe(0)
  })
})
