import type { SipFault } from '../message/errors.ts'
import { MESSAGE_LIMITS } from '../message/limits.ts'

/** What a stream's bytes turned out to be. */
export type Frame =
  | { readonly type: 'message'; readonly bytes: Uint8Array }
  /** RFC 5626 4.4.1: the other end asks whether we live; the answer is one CRLF. */
  | { readonly type: 'ping' }
  | { readonly type: 'pong' }
  /** Where the next message begins can no longer be known. The bytes are what came of the header fields. */
  | { readonly type: 'broken'; readonly bytes: Uint8Array; readonly fault: SipFault }

const CR = 13
const LF = 10
const END_OF_HEAD = Buffer.from('\r\n\r\n')

/** Content-Length in either form; the value may stand on a folded line. */
const CONTENT_LENGTH = /\r\n(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?([^\r\n]*)/gi

/**
 * Cuts a stream into messages by Content-Length (RFC 3261 18.3, 20.14). It keeps at most one message's bytes. After
 * `broken` it takes nothing more: the connection is to be closed.
 */
export class StreamFramer {
  readonly #opened: boolean
  #buffer: Buffer = Buffer.alloc(0)
  /** How far the end of the header fields has been looked for, so that a slow peer costs no more than a fast one. */
  #scanned = 0
  /** Length of the message that is being awaited, once it is known. */
  #awaited = 0
  #broken = false

  /** `opened`: we opened the connection, so that a lone CRLF is the answer to our ping; otherwise two CRLF are a ping. */
  constructor(options: { readonly opened: boolean }) {
    this.#opened = options.opened
  }

  /** Whether a message has begun and not ended. */
  get isInside(): boolean {
    return this.#buffer.length > 0
  }

  /** Takes what arrived and gives back what is whole. */
  push(bytes: Uint8Array): Frame[] {
    const frames: Frame[] = []
    if (this.#broken) return frames
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#buffer, bytes])
    for (let frame = this.#next(); frame; frame = this.#next()) {
      frames.push(frame)
      if (frame.type === 'broken') {
        this.#broken = true
        this.#buffer = Buffer.alloc(0)
        break
      }
    }
    return frames
  }

  #next(): Frame | undefined {
    if (this.#awaited === 0) {
      const keepAlive = this.#keepAlive()
      if (keepAlive || this.#buffer.length === 0 || this.#buffer[0] === CR) return keepAlive
      const broken = this.#findLength()
      if (broken || this.#awaited === 0) return broken
    }
    if (this.#buffer.length < this.#awaited) return undefined
    const bytes = this.#cut(this.#awaited)
    this.#awaited = 0
    this.#scanned = 0
    return { type: 'message', bytes }
  }

  /** Line ends between messages: pings, pongs, or nothing but leftovers, which are skipped. */
  #keepAlive(): Frame | undefined {
    while (this.#buffer.length >= 2 && this.#buffer[0] === CR && this.#buffer[1] === LF) {
      if (this.#opened) {
        this.#cut(2)
        return { type: 'pong' }
      }
      if (this.#buffer.length < 4 && (this.#buffer.length < 3 || this.#buffer[2] === CR)) return undefined
      if (this.#buffer[2] === CR && this.#buffer[3] === LF) {
        this.#cut(4)
        return { type: 'ping' }
      }
      this.#cut(2)
    }
    if (this.#buffer.length >= 2 && this.#buffer[0] === CR) return this.#break('line-end', 400, 'Stray CR')
    return undefined
  }

  #findLength(): Frame | undefined {
    const end = this.#buffer.indexOf(END_OF_HEAD, Math.max(0, this.#scanned - 3))
    this.#scanned = this.#buffer.length
    if (end < 0) {
      return this.#buffer.length > MESSAGE_LIMITS.bytesMax
        ? this.#break('too-large', 513, 'Message Too Large')
        : undefined
    }
    const lengths = new Set<string>()
    for (const match of this.#buffer.toString('latin1', 0, end).matchAll(CONTENT_LENGTH)) lengths.add(match[1]!.trim())
    const [text] = lengths
    if (lengths.size !== 1 || !/^[0-9]{1,9}$/.test(text!)) {
      return this.#break('content-length', 400, lengths.size === 0 ? 'Content-Length Missing' : 'Bad Content-Length')
    }
    const length = end + END_OF_HEAD.length + Number(text)
    if (length > MESSAGE_LIMITS.bytesMax) return this.#break('too-large', 513, 'Message Too Large')
    this.#awaited = length
    return undefined
  }

  #break(code: string, status: number, reason: string): Frame {
    return { type: 'broken', bytes: this.#buffer.subarray(0, MESSAGE_LIMITS.bytesMax), fault: { code, status, reason } }
  }

  #cut(length: number): Uint8Array {
    const bytes = this.#buffer.subarray(0, length)
    this.#buffer = this.#buffer.subarray(length)
    return bytes
  }
}
