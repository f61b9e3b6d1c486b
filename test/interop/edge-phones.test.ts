import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { freePort } from '../kit/free-ports.ts'
import { kept } from '../kit/kept.ts'
import { answer, header, startCore, startEdge, until, viaOfCore } from './edge-kit.ts'

const MODULES = '/usr/lib/baresip/modules'

function has(program: string): boolean {
  return spawnSync('which', [program]).status === 0
}

function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const path = mkdtempSync(join(tmpdir(), 'tandem-edge-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text)
  kept({ close: () => rmSync(path, { recursive: true, force: true }) })
  return path
}

/** A child process with all that it printed; it is killed when the test ends. */
class Program {
  output = ''
  readonly child: ChildProcess
  readonly ended: Promise<number | null>

  constructor(program: string, args: readonly string[], cwd: string) {
    this.child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    this.child.stdout?.on('data', (bytes) => this.#add(bytes))
    this.child.stderr?.on('data', (bytes) => this.#add(bytes))
    this.ended = new Promise((resolve) => this.child.once('exit', (code) => resolve(code)))
    kept({ close: () => this.#kill() })
  }

  #add(bytes: Buffer): void {
    this.output += bytes.toString()
  }

  async #kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.ended
  }
}

/** One second of silence, 16 bits at 8 kHz. */
function wave(): Buffer {
  const bytes = 16_000
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + bytes, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(8000, 24)
  head.writeUInt32LE(16_000, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(bytes, 40)
  return Buffer.concat([head, Buffer.alloc(bytes)])
}

/** Sends a command to baresip's control port (a netstring of JSON). */
function command(port: number, name: string): void {
  const text = JSON.stringify({ command: name })
  const socket = connect(port, '127.0.0.1', () => socket.write(`${text.length}:${text},`))
  socket.on('error', () => {})
  kept({ close: () => socket.destroy() })
}

/** No audio device: what it says comes from a file, and what it hears goes to one. It must listen on all addresses, since it leaves out loopback. */
const BARESIP_CONFIG = `
sip_listen 0.0.0.0:0
module_path ${MODULES}
module g711.so
module aufile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
audio_player aufile,heard.wav
audio_source aufile,said.wav
audio_alert aufile,alert.wav
`

describe.skipIf(!has('baresip') || !existsSync(MODULES))('baresip', () => {
  for (const transport of ['udp', 'tcp']) {
    it(`registers over ${transport}, is called by the core and hangs up`, async () => {
      const edge = kept(await startEdge())
      const core = kept(await startCore(edge, { users: { 2001: 'demo-agent1' } }))
      const account = `<sip:2001@127.0.0.1:${edge.sipPort};transport=${transport}>;auth_pass=demo-agent1;regint=600\n`
      const port = await freePort()
      const config = `${BARESIP_CONFIG}ctrl_tcp_listen 127.0.0.1:${port}\n`
      const path = folder({ config, accounts: account, contacts: '', 'said.wav': wave() })
      const baresip = new Program('baresip', ['-s', '-f', path], path)
      await until(() => /SIP\/2.0 200 OK/i.test(baresip.output))
      expect(edge.status()).toMatchObject({ bindings: 1, counters: { registered: 1, unauthorized: 0 } })
      const uri = `sip:2001@127.0.0.1:${edge.sipPort}`
      const invite = [
        `INVITE ${uri} SIP/2.0`,
        `Via: ${viaOfCore()}`,
        'Max-Forwards: 70',
        'From: <sip:caller@127.0.0.1>;tag=core',
        `To: <${uri}>`,
        'Call-ID: baresip-call',
        'CSeq: 1 INVITE',
        `Contact: <sip:tandem@127.0.0.1:${edge.sipPort}>`,
        'Content-Type: application/sdp',
        `Content-Length: ${SDP.length}`,
        '',
        SDP,
      ]
      core.send(invite.join('\r\n'))
      await core.take('SIP/2.0 180')
      command(port, 'accept')
      const ok = await core.take('SIP/2.0 200')
      expect(ok).toMatchObject({ user: '2001', source: { transport } })
      const contact = /<([^>]+)>/.exec(header(ok.message, 'Contact') ?? '')?.[1] ?? ''
      const inDialog = (method: string, cseq: number): string =>
        [
          `${method} ${contact} SIP/2.0`,
          `Via: ${viaOfCore()}`,
          'Max-Forwards: 70',
          `Route: ${header(ok.message, 'Record-Route')}`,
          'From: <sip:caller@127.0.0.1>;tag=core',
          `To: ${header(ok.message, 'To')}`,
          'Call-ID: baresip-call',
          `CSeq: ${cseq} ${method}`,
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n')
      core.send(inDialog('ACK', 1))
      await until(() => /established/i.test(baresip.output))
      command(port, 'hangup')
      const bye = await core.take('BYE')
      expect(bye.user).toBe('2001')
      core.send(answer(bye.message, '200 OK'))
    })
  }

  it('is refused with a wrong password', async () => {
    const edge = kept(await startEdge())
    kept(await startCore(edge, { users: { 2001: 'demo-agent1' } }))
    const account = `<sip:2001@127.0.0.1:${edge.sipPort}>;auth_pass=wrong;regint=600\n`
    const path = folder({ config: BARESIP_CONFIG, accounts: account, contacts: '', 'said.wav': wave() })
    const baresip = new Program('baresip', ['-s', '-f', path], path)
    await until(() => /403 Forbidden/.test(baresip.output))
    expect(edge.status()).toMatchObject({ bindings: 0, counters: { registered: 0 } })
  })
})

const SDP = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  'c=IN IP4 127.0.0.1',
  't=0 0',
  'm=audio 40000 RTP/AVP 8 0',
  'a=rtpmap:8 PCMA/8000',
  '',
].join('\r\n')

const REGISTER_SCENARIO = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<!DOCTYPE scenario SYSTEM "sipp.dtd">
<scenario name="register">
  <send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:[field0]@[remote_ip]:[remote_port]>;tag=[pid]-[call_number]
To: <sip:[field0]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 REGISTER
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
Expires: 600
Content-Length: 0

]]></send>
  <recv response="401" auth="true"/>
  <send retrans="500"><![CDATA[
REGISTER sip:[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
Max-Forwards: 70
From: <sip:[field0]@[remote_ip]:[remote_port]>;tag=[pid]-[call_number]
To: <sip:[field0]@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 2 REGISTER
Contact: <sip:[field0]@[local_ip]:[local_port];transport=[transport]>
Expires: 600
[field1]
Content-Length: 0

]]></send>
  <recv response="200"/>
</scenario>
`

describe.skipIf(!has('sipp'))('sipp', () => {
  for (const [transport, mode] of [
    ['udp', 'u1'],
    ['tcp', 't1'],
  ] as const) {
    it(`registers 20 users with digest over ${transport}`, async () => {
      const names = Array.from({ length: 20 }, (_, index) => String(2001 + index))
      const edge = kept(await startEdge())
      kept(await startCore(edge, { users: Object.fromEntries(names.map((name) => [name, `demo-${name}`])) }))
      const rows = names.map((name) => `${name};[authentication username=${name} password=demo-${name}]`)
      const path = folder({ 'register.xml': REGISTER_SCENARIO, 'users.csv': ['SEQUENTIAL', ...rows, ''].join('\n') })
      const target = `127.0.0.1:${edge.sipPort}`
      const options = ['-sf', 'register.xml', '-inf', 'users.csv', '-m', '20', '-r', '20', '-t', mode]
      const sipp = new Program('sipp', [target, ...options, '-i', '127.0.0.1', '-nostdin', '-timeout', '60'], path)
      expect(await sipp.ended, sipp.output.slice(-2000)).toBe(0)
      expect(edge.status()).toMatchObject({ bindings: 20, counters: { registered: 20, unauthorized: 0 } })
    })

    it(`calls through the edge and hangs up over ${transport}`, async () => {
      const edge = kept(await startEdge())
      const core = kept(await startCore(edge))
      const path = folder({})
      const target = `127.0.0.1:${edge.sipPort}`
      const options = ['-sn', 'uac', '-s', '1001', '-m', '5', '-r', '20', '-d', '50', '-t', mode]
      const sipp = new Program('sipp', [target, ...options, '-i', '127.0.0.1', '-nostdin', '-timeout', '60'], path)
      for (let call = 0; call < 5; call++) {
        const { message } = await core.take('INVITE')
        core.send(answer(message, '100 Trying'))
        core.send(answer(message, '180 Ringing'))
        core.send(answer(message, '200 OK', `Contact: <sip:1001@${target}>`))
      }
      for (let call = 0; call < 5; call++) core.send(answer((await core.take('BYE')).message, '200 OK'))
      expect(await sipp.ended, sipp.output.slice(-2000)).toBe(0)
      expect(core.sip.all.filter(({ message }) => message.startsWith('ACK'))).toHaveLength(5)
    })
  }
})
