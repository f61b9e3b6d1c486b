import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../kit/api-client.ts'
import { freePort } from '../kit/free-ports.ts'

export interface GatewayOptions {
  /** It asks who calls, and takes this password of the user `tandem` alone. */
  readonly password?: string
  /** It hangs up so long after the call stands; it waits for the other side to do so unless told. */
  readonly hangsUpAfterMs?: number
  /** How many calls it takes before it ends; 1 unless told. */
  readonly calls?: number
}

const END_MS_MAX = 60_000

/** SIPp as a provider's gateway: takes calls, and sends every packet of sound back to who sent it. */
export class Gateway {
  readonly port: number
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #closed: Promise<void>
  #output = ''
  #closedMessages: string | undefined

  private constructor(port: number, child: ChildProcess, folder: string) {
    this.port = port
    this.#child = child
    this.#folder = folder
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString()
      })
    }
    this.#closed = new Promise((resolve) => child.once('close', () => resolve()))
  }

  static async start(options: GatewayOptions = {}): Promise<Gateway> {
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'))
    writeFileSync(join(folder, 'gateway.xml'), scenarioOf(options))
    const [port, media] = [await freePort(), await freePort()]
    const words = [
      '-sf',
      'gateway.xml',
      '-i',
      '127.0.0.1',
      '-p',
      String(port),
      '-mi',
      '127.0.0.1',
      '-mp',
      String(media),
    ]
    const child = spawn(
      'sipp',
      [...words, '-rtp_echo', '-m', String(options.calls ?? 1), '-trace_msg', '-trace_err', '-nostdin'],
      { cwd: folder, env: { ...process.env, TERM: 'dumb' }, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const gateway = new Gateway(port, child, folder)
    await eventually('SIPp listens', () =>
      readFileSync('/proc/net/udp', 'utf8').includes(`:${hex(port)} `) ? true : undefined,
    )
    return gateway
  }

  /** Every message that it sent or got so far. */
  get messages(): string {
    return this.#closedMessages ?? this.#file('_messages.log')
  }

  /** How many calls were asked for, each counted once. */
  invites(): number {
    const calls = this.messages.matchAll(/INVITE sip:[^\r\n]*\r?\n(?:[^\r\n]+\r?\n)*?Call-ID: *([^\r\n]+)/gi)
    return new Set([...calls].map(([, id]) => id)).size
  }

  /** Waits until it has served all its calls as its scenario wants; gives the messages. */
  async ended(): Promise<string> {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), END_MS_MAX)
    await this.#closed
    clearTimeout(timer)
    const { messages } = this
    if (this.#child.exitCode !== 0) {
      throw new Error(
        `SIPp ended with ${this.#child.exitCode}:\n${this.#file('_errors.log')}\n${messages}\n${this.#output}`,
      )
    }
    return messages
  }

  async close(): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill('SIGKILL')
    await this.#closed
    this.#closedMessages = this.messages
    rmSync(this.#folder, { recursive: true, force: true })
  }

  #file(end: string): string {
    const name = readdirSync(this.#folder).find((one) => one.endsWith(end))
    return name === undefined ? '' : readFileSync(join(this.#folder, name), 'utf8')
  }
}

function hex(port: number): string {
  return port.toString(16).toUpperCase().padStart(4, '0')
}

const HEAD = `[last_Via:]
[last_From:]
[last_To:];tag=[pid]g[call_number]
[last_Call-ID:]
[last_CSeq:]`

const TAGGED = `[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]`

const SDP = `v=0
o=gateway 53655765 2353687637 IN IP[local_ip_type] [local_ip]
s=-
c=IN IP[media_ip_type] [media_ip]
t=0 0
m=audio [media_port] RTP/AVP 0 8
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000`

const send = (message: string, words = ''): string => `<send${words}><![CDATA[\n${message}\n\n]]></send>`

function answer(status: string, more = '', body = ''): string {
  const content = body === '' ? 'Content-Length: 0' : `Content-Type: application/sdp\nContent-Length: [len]\n\n${body}`
  return `SIP/2.0 ${status}\n${HEAD}\n${more}${content}`
}

/** What SIPp does, as it wants to be told. */
function scenarioOf({ password, hangsUpAfterMs }: GatewayOptions): string {
  const parties = `<ereg regexp=".*" search_in="hdr" header="From:" assign_to="remote"/>
      <ereg regexp=".*" search_in="hdr" header="To:" assign_to="local"/>`
  const challenge =
    'Proxy-Authenticate: Digest realm="provider.example", nonce="47ebe028cda119c35d4877b383027d28", qop="auth", algorithm=MD5\n'
  const asks = [
    '<recv request="INVITE" crlf="true"/>',
    send(answer('407 Proxy Authentication Required', challenge)),
    '<recv request="ACK"/>',
    `<recv request="INVITE" rrs="true"><action>
      ${parties}
      <verifyauth assign_to="known" username="tandem" password="${password}"/>
    </action></recv>`,
    '<nop test="known" next="known"/>',
    send(answer('403 Forbidden')),
    '<recv request="ACK"/>',
    '<label id="known"/>',
  ]
  const contact = 'Contact: <sip:[local_ip]:[local_port];transport=[transport]>\n'
  const bye = `BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From:[$local];tag=[pid]g[call_number]
To:[$remote]
Max-Forwards: 70
[last_Call-ID:]
CSeq: 1 BYE
Content-Length: 0`
  const end =
    hangsUpAfterMs === undefined
      ? ['<recv request="BYE"/>', send(`SIP/2.0 200 OK\n${TAGGED}\nContent-Length: 0`)]
      : [`<pause milliseconds="${hangsUpAfterMs}"/>`, send(bye, ' retrans="500"'), '<recv response="200"/>']
  return [
    '<?xml version="1.0" encoding="ISO-8859-1" ?>',
    '<!DOCTYPE scenario SYSTEM "sipp.dtd">',
    '<scenario name="gateway">',
    ...(password === undefined ? [`<recv request="INVITE" rrs="true"><action>${parties}</action></recv>`] : asks),
    send(answer('180 Ringing', contact)),
    '<pause milliseconds="200"/>',
    send(answer('200 OK', `${contact}[last_Record-Route:]\n`, SDP), ' retrans="500"'),
    '<recv request="ACK"/>',
    ...end,
    // SIPp wants every variable to be used.
    '<Reference variables="local,remote"/>',
    '</scenario>',
    '',
  ].join('\n')
}
