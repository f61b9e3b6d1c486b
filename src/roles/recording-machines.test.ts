import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { isTandemError, silentLogger, VirtualClock } from '#base'
import { type KnownMember, PROOF_HEADER } from '#seams/members'
import { GoneMachines } from './gone-machines.ts'
import { PoolPeers } from './pool-peers.ts'
import { RecordingMachines } from './recording-machines.ts'

const PROOF = 'a secret of the pool'
const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** A core that answers so. */
async function core(node: string, answer: (url: string, response: ServerResponse) => void): Promise<KnownMember> {
  const server = createServer((request, response) => {
    if (request.headers[PROOF_HEADER] === PROOF) answer(request.url ?? '', response)
    else response.writeHead(404).end()
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const life = { life: node, beat: 1, release: '1', startedAt: 0, silent: false }
  return { name: `${node}-core`, node, role: 'core', http: `http://127.0.0.1:${port}`, ...life }
}

function machinesOf(...cores: readonly KnownMember[]): RecordingMachines {
  const peers = new PoolPeers({ node: 'own', cores: () => cores, proof: PROOF, logger: silentLogger })
  const live = () => peers.live()
  const gone = new GoneMachines({ node: 'own', live, onChanged: () => () => {}, clock: new VirtualClock() })
  return new RecordingMachines(peers, gone)
}

async function read(machines: RecordingMachines, machine: string, from = 0, signal = new AbortController().signal) {
  const chunks: Buffer[] = []
  for await (const chunk of machines.read(machine, 'recordings/r1.wav', from, signal)) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

describe('recordings of other machines', () => {
  it('are read of that machine alone, from an octet on', async () => {
    const asked: string[] = []
    const one = await core('one', (url, response) => {
      asked.push(url)
      response.writeHead(200).end('a talk')
    })
    const two = await core('two', (_, response) => response.writeHead(200).end('another talk'))
    const machines = machinesOf(one, two)
    expect([await read(machines, 'one', 3), await read(machines, 'two')]).toEqual(['a talk', 'another talk'])
    expect(asked).toEqual(['/blobs/recordings/r1.wav?start=3'])
    expect([...machines.live()].sort()).toEqual(['one', 'two'])
  })

  it('are read from the other core of a machine when the first is dead', async () => {
    const dead = { ...(await core('one', (_, response) => response.destroy())), name: 'one-core1' }
    const lives = { ...(await core('one', (_, response) => response.end('a talk'))), name: 'one-core2' }
    expect(await read(machinesOf(dead, lives), 'one')).toBe('a talk')
  })

  it('fail when the machine has none, is not there, or dies in the middle', async () => {
    const without = await core('without', (_, response) => response.writeHead(404).end())
    const dies = await core('dies', (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('a ta', () => response.destroy())
    })
    const machines = machinesOf(without, dies)
    for (const machine of ['without', 'nobody'])
      await expect(read(machines, machine)).rejects.toSatisfy((cause) => isTandemError(cause, 'machine.gives-nothing'))
    await expect(read(machines, 'dies')).rejects.toThrow()
  })

  it('fail when the machine says nothing for long, and when they are no longer wanted', async () => {
    const mute = await core('mute', (_, response) => void response.writeHead(200).write('a ta'))
    const machines = machinesOf(mute)
    await expect(read(machines, 'mute')).rejects.toThrow()
    const end = new AbortController()
    const reading = read(machines, 'mute', 0, end.signal)
    end.abort()
    await expect(reading).rejects.toThrow()
  })

  it('have an order of machines that is the same for all, and another one for each recording', () => {
    const machines = machinesOf()
    const names = ['one', 'two', 'three', 'four']
    const orders = Array.from({ length: 20 }, (_, n) => machines.inOrder(`recordings/r${n}.wav`, names).join())
    expect(new Set(orders).size).toBeGreaterThan(5)
    expect(machines.inOrder('recordings/r7.wav', [...names].reverse()).join()).toBe(orders[7])
  })
})
