import { type ChildProcess, spawn } from 'node:child_process'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'
import { NameServer, whyNoNames } from '../kit/name-server.ts'
import { type Pool, startPool } from '../kit/pool.ts'

const NAME = 'pool.tandem.test'
/** Each stands for a machine: what connects to the port there reaches one node. */
const ADDRESSES = ['127.0.9.1', '127.0.9.2'] as const

/** A machine as its network sees it: an address with the port that all of them have. */
class Machine {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(host: string, port: number, to: number): Promise<Machine> {
    const server = createServer()
    const machine = new Machine(server)
    server.on('connection', (near) => {
      const far = connect(to, '127.0.0.1')
      for (const [one, other] of [
        [near, far],
        [far, near],
      ] as const) {
        machine.#sockets.add(one)
        one.on('error', () => other.destroy())
        one.on('close', () => other.destroy())
        one.pipe(other)
      }
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, resolve)
    })
    return machine
  }

  get connections(): number {
    return [...this.#sockets].filter((socket) => !socket.destroyed).length / 2
  }

  /** Nobody is there any more. */
  async gone(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }
}

const why = whyNoNames()

describe.skipIf(why !== undefined)(`one name for a pool${why ? ` (skipped: ${why})` : ''}`, () => {
  let pool: Pool
  let names: NameServer
  let port: number
  const machines = new Map<string, Machine>()
  beforeAll(async () => {
    pool = await startPool()
    names = await NameServer.start({ [NAME]: ADDRESSES })
    port = await freePort()
    for (const [index, address] of ADDRESSES.entries()) {
      const to = Number(new URL(pool.node(`node${index + 1}`).http).port)
      machines.set(address, await Machine.open(address, port, to))
    }
  })
  afterAll(async () => {
    for (const machine of machines.values()) await machine.gone().catch(() => {})
    await names?.close()
    await pool?.close()
  })

  it('is all that a program needs: when the address that it talks to is gone it goes on at the other (AA-17, TEL-22)', async () => {
    const file = fileURLToPath(new URL('./named-client-process.ts', import.meta.url))
    const [command = '', ...words] = names.asking([process.execPath, file, `http://${NAME}:${port}`])
    const child: ChildProcess = spawn(command, words, { stdio: ['pipe', 'pipe', 'inherit'] })
    const said: { what: string; value: unknown }[] = []
    createInterface({ input: child.stdout! }).on('line', (line) => said.push(JSON.parse(line)))
    const saw = (what: string, value: unknown) =>
      eventually(`${what} ${value} of the program`, () =>
        said.some((one) => one.what === what && one.value === value) ? true : undefined,
      )
    try {
      await saw('ready', null)
      child.stdin?.write('first\n')
      await saw('changed', 'first')
      await saw('heard', 'first')
      const [used] = [...machines].filter(([, { connections }]) => connections > 0)
      expect(used).toBeDefined()
      await used?.[1].gone()
      child.stdin?.write('second\n')
      await saw('changed', 'second')
      await saw('heard', 'second')
      const [other] = [...machines].filter(([address]) => address !== used?.[0])
      expect(other?.[1].connections).toBeGreaterThan(0)
    } finally {
      child.kill('SIGKILL')
    }
  })
})
