import { createHash } from 'node:crypto'
import fastify from 'fastify'
import { describe, expect, it } from 'vitest'
import { isTandemError, VirtualClock } from '#base'
import { MemoryBlobs } from '#seams/blobs'
import { PROOF_HEADER } from '#seams/members'
import type { HttpApiPorts } from './ports.ts'
import { addBlobRoutes, BLOB_HEADERS, COPY_BYTES_MAX } from './routes-blobs.ts'
import type { Server } from './server-type.ts'

const PROOF = 'a secret of the pool'
const CONTENT = Buffer.from('a letter')
const HASH = createHash('sha256').update(CONTENT).digest('hex')
const KEY = `files/${HASH.slice(0, 2)}/${HASH}`

function open() {
  const ownBlobs = new MemoryBlobs(new VirtualClock())
  const server = fastify() as unknown as Server
  server.setErrorHandler((error, _, reply) => {
    const { statusCode = 500 } = error as { statusCode?: number }
    reply.code(isTandemError(error) ? error.status : statusCode).send()
  })
  const forward = { to: () => undefined, isHere: () => false, proof: PROOF, ownBlobs }
  addBlobRoutes(server, { forward } as unknown as HttpApiPorts)
  const ask = (method: 'GET' | 'HEAD' | 'PUT', key: string, payload?: Buffer, proof: string | undefined = PROOF) =>
    server.inject({
      ...{ method, url: `/blobs/${key}`, ...(payload && { payload }) },
      headers: {
        ...(proof !== '' && { [PROOF_HEADER]: proof }),
        ...(payload && { 'content-type': 'application/octet-stream' }),
      },
    })
  return { ownBlobs, ask }
}

describe('files between machines', () => {
  it('are taken, said to be there, and given (IR-17)', async () => {
    const { ask } = open()
    expect((await ask('HEAD', KEY)).statusCode).toBe(404)
    const taken = await ask('PUT', KEY, CONTENT)
    expect([taken.statusCode, taken.headers[BLOB_HEADERS.sha256]]).toEqual([204, HASH])
    const held = await ask('HEAD', KEY)
    expect([held.statusCode, held.headers[BLOB_HEADERS.size], held.body]).toEqual([200, '8', ''])
    expect((await ask('GET', KEY)).body).toBe('a letter')
    expect((await ask('GET', `${KEY}?start=2&end=4`)).body).toBe('let')
  })

  it('are neither taken from nor shown to anybody without the proof of the pool', async () => {
    const { ask, ownBlobs } = open()
    await ownBlobs.put(KEY, CONTENT)
    for (const proof of ['', 'a guess'])
      for (const method of ['GET', 'HEAD', 'PUT'] as const) {
        const { statusCode } = await ask(method, KEY, method === 'PUT' ? CONTENT : undefined, proof)
        expect([method, statusCode]).toEqual([method, 404])
      }
    // It is refused by who asks, before by how much is sent.
    expect((await ask('PUT', KEY, Buffer.alloc(COPY_BYTES_MAX + 1), 'a guess')).statusCode).toBe(404)
  })

  it('are not taken when their content is not what their name says, or their name says none', async () => {
    const { ask, ownBlobs } = open()
    expect((await ask('PUT', KEY, Buffer.from('a lettre'))).statusCode).toBe(422)
    expect((await ask('PUT', KEY)).statusCode).toBe(422)
    for (const key of ['recordings/r1.wav', `files/00/${HASH}`, `prompts/${HASH.slice(0, 2)}/${HASH}`, `${KEY}/x`])
      expect([key, (await ask('PUT', key, CONTENT)).statusCode]).toEqual([key, 422])
    expect(await ownBlobs.list('')).toEqual([])
  })

  it('have a size limit', async () => {
    const { ask, ownBlobs } = open()
    expect((await ask('PUT', KEY, Buffer.alloc(COPY_BYTES_MAX + 1))).statusCode).toBe(413)
    expect(await ownBlobs.list('')).toEqual([])
  })
})
