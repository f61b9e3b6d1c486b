/** Inside a network namespace: two sides and somebody who is neither talk to a server of the first side, while the network parts them; says on each line who was heard. */
import { type ChildProcess, spawn } from 'node:child_process'
import { eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'
import { Network } from './network.ts'
import { sidesOf } from './sides.ts'

/** A ping is sent this often, and heard at once where the network is whole. */
const PING_MS = 20
/** Nobody is heard for so long, and the network is taken to be cut. */
const SILENT_PINGS = 25

/** TCP tries again ever more rarely while it is cut: after as long as the cut lasted, which is long on a busy machine. */
const HEARD_MS_MAX = 100_000

const SERVER = `require('node:net').createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(PORT, '127.0.0.1', () => console.log('ready'))`
const CLIENT = `const socket = require('node:net').connect(PORT, '127.0.0.1')
socket.on('error', () => {}).on('data', () => console.log('pong'))
setInterval(() => socket.write('ping'), ${PING_MS})`

const children: ChildProcess[] = []

/** A program in a group of its own; gives how many lines it has said. */
function start(text: string, port: number, gid: number | undefined): () => number {
  const child = spawn(process.execPath, ['-e', text.replace('PORT', String(port))], {
    stdio: ['ignore', 'pipe', 'inherit'],
    ...(gid === undefined ? {} : { gid }),
  })
  children.push(child)
  let lines = 0
  child.stdout?.on('data', (chunk: Buffer) => {
    lines += chunk.toString().split('\n').length - 1
  })
  return () => lines
}

async function hears(lines: () => number): Promise<boolean> {
  const before = lines()
  return eventually('a ping', () => (lines() > before ? true : undefined), HEARD_MS_MAX)
}

/** Nothing that was under way is on its way any more, and nothing comes. */
async function isSilent(lines: () => number, while_: () => number): Promise<boolean> {
  await eventually('what was under way', () => {
    const [before, others] = [lines(), while_()]
    return eventually('pings of others', () => (while_() >= others + SILENT_PINGS ? true : undefined)).then(() =>
      lines() === before ? true : undefined,
    )
  })
  return true
}

async function main(): Promise<Record<string, boolean>> {
  const network = new Network()
  const sides = sidesOf(['one', 'other'])
  const [one, other] = [sides[0]!, sides[1]!]
  network.tellApart(sides)
  const port = await freePort()
  const server = start(SERVER, port, one.group)
  await eventually('the server', () => (server() > 0 ? true : undefined))
  const [own, theirs, nobodys] = [one.group, other.group, undefined].map((gid) => start(CLIENT, port, gid)) as [
    () => number,
    () => number,
    () => number,
  ]
  const whole = (await hears(own)) && (await hears(theirs)) && (await hears(nobodys))
  const heal = network.part(one, other)
  const cut = (await isSilent(theirs, nobodys)) && (await hears(own)) && (await hears(nobodys))
  heal()
  const healed = await hears(theirs)
  const healOther = network.part(other, one)
  const cutOther = (await isSilent(theirs, nobodys)) && (await hears(own))
  healOther()
  const off = network.cutOff(one, { name: 'server', ports: [port] })
  const offOwn = (await isSilent(own, nobodys)) && (await hears(theirs))
  off()
  return { whole, cut, healed, cutOther, offOwn, healedOwn: await hears(own) }
}

main()
  .then((result) => console.log(JSON.stringify(result)))
  .finally(() => {
    for (const child of children) child.kill('SIGKILL')
  })
