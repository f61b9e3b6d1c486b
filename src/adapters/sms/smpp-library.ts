import { createRequire } from 'node:module'

/** A message of SMPP as the library has it; every field by its name in the standard. */
export interface Pdu {
  readonly command: string
  readonly command_status: number
  readonly sequence_number: number
  readonly [field: string]: unknown
  isResponse(): boolean
  response(fields?: Record<string, unknown>): Pdu
}

/** A connection of the library. */
export interface LibrarySession {
  readonly socket: { readonly writable: boolean; setNoDelay(on: boolean): void }
  on(event: 'pdu', listener: (pdu: Pdu) => void): this
  on(event: 'connect' | 'secureConnect' | 'close', listener: () => void): this
  on(event: 'error', listener: (cause: Error) => void): this
  /** False when the connection takes nothing any more: then nothing was written. */
  send(pdu: Pdu, answered?: (pdu: Pdu) => void): boolean
  close(): void
  destroy(): void
}

/** A server of the library, for tests. */
export interface LibraryServer {
  listen(port: number, host: string, done: () => void): unknown
  close(done?: () => void): unknown
  readonly sessions: LibrarySession[]
}

interface Field {
  filter?: unknown
}

interface SmppLibrary {
  connect(options: object): LibrarySession
  createServer(options: object, listener: (session: LibrarySession) => void): LibraryServer
  readonly PDU: new (command: string, fields?: Record<string, unknown>) => Pdu
  readonly commands: Readonly<Record<string, { readonly params: Readonly<Record<string, Field>> }>>
  readonly tlvs: Readonly<Record<string, Field>>
}

/** The library has no types of its own. */
export const smpp = createRequire(import.meta.url)('smpp') as SmppLibrary

/**
 * Texts are taken and given as the bytes that travel: the library would decode each part by itself, though characters may be cut between two,
 * and guesses at headers that are broken.
 */
for (const command of ['deliver_sm', 'submit_sm']) delete smpp.commands[command]!.params['short_message']!.filter
delete smpp.tlvs['message_payload']!.filter
