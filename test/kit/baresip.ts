import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from './api-client.ts'
import { freePort } from './free-ports.ts'

export interface BaresipOptions {
  readonly server: { readonly host: string; readonly port: number }
  readonly user: string
  readonly password: string
  /** What it says into its microphone: 16-bit samples at 8 kHz; silence if not given. */
  readonly sound?: Int16Array
  readonly answers?: 'auto' | 'manual'
  readonly transport?: 'udp' | 'tcp' | 'tls'
  /** The CA that the server's certificate is checked against over TLS. */
  readonly ca?: string
  /** How it protects its sound: `srtp-mand` is SRTP with keys in SDP on a line of RTP/SAVP; in clear if not given. */
  readonly mediaEncryption?: 'srtp' | 'srtp-mand'
  /** Whom it asks for names; the system's own unless told. */
  readonly nameServer?: string
  /** Leaves the choice of its network interface to the phone, which then names the machine's outer address in its SDP. */
  readonly anyInterface?: boolean
}

/** One thing that happened in the phone, such as REGISTER_OK, CALL_INCOMING, CALL_ESTABLISHED or CALL_CLOSED. */
export interface BaresipEvent {
  readonly type: string
  readonly param?: string
  readonly peeruri?: string
}

const MODULE_FOLDERS = ['/usr/lib/baresip/modules', '/usr/lib64/baresip/modules', '/usr/local/lib/baresip/modules']

/** A baresip without sound card: it speaks a file, and writes what it hears into another. Spoken to through its TCP control. */
export class Baresip {
  readonly events: BaresipEvent[] = []
  readonly #folder: string
  readonly #child: ChildProcess
  #control: Socket | undefined
  #output = ''

  private constructor(folder: string, child: ChildProcess) {
    this.#folder = folder
    this.#child = child
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    }
  }

  /** Starts the phone and waits until its control port answers; it registers by itself. */
  static async start(options: BaresipOptions): Promise<Baresip> {
    const folder = mkdtempSync(join(tmpdir(), 'baresip-'))
    // It speaks TLS from the port after that of TCP and UDP.
    const [sipPort, controlPort] = [await freePort(1), await freePort()]
    writeFileSync(join(folder, 'say.wav'), wav(options.sound ?? new Int16Array(8_000 * 60)))
    const words = configuration(folder, sipPort, controlPort, options.anyInterface === true)
    const trust = options.ca === undefined ? '' : `sip_cafile ${options.ca}\nsip_verify_server yes\n`
    const names = options.nameServer === undefined ? '' : `dns_server ${options.nameServer}:53\n`
    writeFileSync(join(folder, 'config'), `${words}${trust}${names}`)
    writeFileSync(join(folder, 'accounts'), `${account(options)}\n`)
    writeFileSync(join(folder, 'contacts'), '')
    const child = spawn('baresip', ['-f', folder], { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    const phone = new Baresip(folder, child)
    try {
      phone.#control = await eventually('the control port of baresip', () => connect(controlPort))
    } catch (cause) {
      const said = phone.output()
      await phone.close()
      throw new Error(`baresip did not start:\n${said}`, { cause })
    }
    phone.#listen(phone.#control)
    return phone
  }

  output(): string {
    return this.#output
  }

  /** Waits for an event of this type. */
  async saw(type: string): Promise<BaresipEvent> {
    return eventually(`${type} of baresip (saw ${this.events.map((event) => event.type).join(' ')})`, () =>
      this.events.find((event) => event.type === type),
    )
  }

  /** Waits until it has printed this. What happens before its control port is open, such as the first REGISTER, is told there alone. */
  async said(pattern: RegExp): Promise<void> {
    await eventually(`${pattern} of baresip`, () => (pattern.test(this.#output) ? true : undefined))
  }

  /** Waits until it is registered. */
  registered(): Promise<void> {
    return this.said(/registered successfully|200 OK/)
  }

  /** Gives a command such as `dial sip:1009@…`, `accept`, `hangup`. */
  command(command: string, params = ''): void {
    const text = JSON.stringify({ command, params })
    this.#control?.write(`${Buffer.byteLength(text)}:${text},`)
  }

  /** What it heard so far: 16-bit samples at 8 kHz. */
  heard(): Int16Array {
    const file = readdirSync(this.#folder).find((name) => /^dump-.*-dec\.wav$/.test(name))
    if (file === undefined) return new Int16Array(0)
    const bytes = readFileSync(join(this.#folder, file)).subarray(44)
    return new Int16Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + (bytes.length & ~1)))
  }

  /** Ends the phone (its file of what it heard is whole only then) and gives what it heard. */
  async close(): Promise<Int16Array> {
    if (!existsSync(this.#folder)) return new Int16Array(0)
    this.#control?.destroy()
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()))
      this.#child.kill('SIGTERM')
      const timer = setTimeout(() => this.#child.kill('SIGKILL'), 5_000)
      await ended
      clearTimeout(timer)
    }
    const heard = this.heard()
    rmSync(this.#folder, { recursive: true, force: true })
    return heard
  }

  #listen(socket: Socket): void {
    let pending = Buffer.alloc(0)
    socket.on('error', () => {})
    socket.on('data', (chunk: Buffer) => {
      pending = Buffer.concat([pending, chunk])
      for (;;) {
        const colon = pending.indexOf(58)
        const length = colon < 0 ? Number.NaN : Number(pending.subarray(0, colon).toString())
        if (Number.isNaN(length) || pending.length < colon + 2 + length) return
        const message = JSON.parse(pending.subarray(colon + 1, colon + 1 + length).toString()) as BaresipEvent & {
          event?: boolean
        }
        pending = pending.subarray(colon + 2 + length)
        if (message.event) this.events.push(message)
      }
    })
  }
}

function connect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

function account(options: BaresipOptions): string {
  const { server, user, password } = options
  const answers = options.answers === 'manual' ? 'manual' : 'auto'
  const secrecy = options.mediaEncryption === undefined ? '' : `;mediaenc=${options.mediaEncryption}`
  return `<sip:${user}@${server.host}:${server.port};transport=${options.transport ?? 'udp'}>;auth_user=${user};auth_pass=${password};answermode=${answers};regint=120${secrecy}`
}

function configuration(folder: string, sipPort: number, controlPort: number, anyInterface: boolean): string {
  const modules = MODULE_FOLDERS.find((path) => existsSync(path)) ?? MODULE_FOLDERS[0]
  return `poll_method epoll
sip_listen ${anyInterface ? '0.0.0.0' : '127.0.0.1'}:${sipPort}
call_max_calls 4
audio_source aufile,${folder}/say.wav
audio_player aubridge,heard
audio_alert aufile,${folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
${anyInterface ? '' : 'net_interface 127.0.0.1'}
rtp_stats no
module_path ${modules}
module srtp.so
module account.so
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
snd_path ${folder}
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:${controlPort}
`
}

/** A RIFF file of 16-bit samples at 8 kHz, one channel. */
export function wav(samples: Int16Array): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8_000, 24)
  header.writeUInt32LE(16_000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  return Buffer.concat([header, Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)])
}
