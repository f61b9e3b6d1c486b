import { CHANNEL_ERRORS } from './channel-errors.ts'

/** A claim or statistics answer of 10,000 sessions is about 2.5 MB; more than this is a mistake or an attack. */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024

/** Before a peer has proved itself it may send one hello; a name and two nonces are under 500 bytes. */
export const FRAME_BYTES_MAX_UNPROVED = 2048

/** Small frames are gathered in blocks of this size: one system call for hundreds of notices. */
const BLOCK_BYTES = 64 * 1024

const HEADER_BYTES = 4

/** Cuts a byte stream into frames. A frame that lies within one chunk is decoded in place; only one that is split is copied. */
export class FrameReader {
  readonly #frame: (text: string) => void
  #bytesMax = FRAME_BYTES_MAX_UNPROVED
  /** The frame that is under way, header included; empty between frames. */
  #partial: Buffer = Buffer.alloc(0)
  #filled = 0
  #stopped = false

  constructor(frame: (text: string) => void) {
    this.#frame = frame
  }

  /** The peer has proved itself: long frames are taken from now on. */
  trust(): void {
    this.#bytesMax = FRAME_BYTES_MAX
  }

  /** Nothing more is handed out, not even what has already arrived. */
  stop(): void {
    this.#stopped = true
    this.#partial = Buffer.alloc(0)
  }

  /** Throws `channel.frame-too-large`; the connection is then of no use. */
  push(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length && !this.#stopped) {
      at = this.#filled > 0 ? this.#complete(chunk, at) : this.#take(chunk, at)
    }
  }

  #take(chunk: Buffer, at: number): number {
    const left = chunk.length - at
    if (left >= HEADER_BYTES) {
      const length = this.#checked(chunk.readUInt32BE(at))
      const end = at + HEADER_BYTES + length
      if (end <= chunk.length) {
        this.#frame(chunk.toString('utf8', at + HEADER_BYTES, end))
        return end
      }
      this.#partial = Buffer.allocUnsafe(HEADER_BYTES + length)
    } else {
      this.#partial = Buffer.allocUnsafe(HEADER_BYTES)
    }
    this.#filled = chunk.copy(this.#partial, 0, at)
    return chunk.length
  }

  #complete(chunk: Buffer, at: number): number {
    const copied = chunk.copy(this.#partial, this.#filled, at)
    this.#filled += copied
    if (this.#filled < this.#partial.length) return at + copied
    const length = this.#checked(this.#partial.readUInt32BE(0))
    if (this.#partial.length < HEADER_BYTES + length) {
      const grown = Buffer.allocUnsafe(HEADER_BYTES + length)
      this.#partial.copy(grown, 0)
      this.#partial = grown
      return at + copied
    }
    const text = this.#partial.toString('utf8', HEADER_BYTES)
    this.#partial = Buffer.alloc(0)
    this.#filled = 0
    this.#frame(text)
    return at + copied
  }

  #checked(length: number): number {
    if (length > this.#bytesMax) {
      throw CHANNEL_ERRORS['channel.frame-too-large']({ bytes: length, bytesMax: this.#bytesMax })
    }
    return length
  }
}

/** Gathers frames into large blocks, to be written once in a turn of the event loop. */
export class FrameBatch {
  #block: Buffer = Buffer.allocUnsafe(BLOCK_BYTES)
  #start = 0
  #end = 0
  readonly #full: Buffer[] = []
  #bytes = 0

  /** Bytes that wait. */
  get bytes(): number {
    return this.#bytes
  }

  /** Adds a frame. Throws `channel.frame-too-large` and adds nothing. */
  add(text: string): void {
    const length = Buffer.byteLength(text)
    if (length > FRAME_BYTES_MAX) {
      throw CHANNEL_ERRORS['channel.frame-too-large']({ bytes: length, bytesMax: FRAME_BYTES_MAX })
    }
    const need = HEADER_BYTES + length
    if (this.#block.length - this.#end < need) this.#turn(need)
    this.#block.writeUInt32BE(length, this.#end)
    this.#block.write(text, this.#end + HEADER_BYTES, length, 'utf8')
    this.#end += need
    this.#bytes += need
  }

  /** Takes what waits, in order. The blocks belong to the caller. */
  drain(): Buffer[] {
    if (this.#end > this.#start) this.#full.push(this.#block.subarray(this.#start, this.#end))
    this.#start = this.#end
    this.#bytes = 0
    return this.#full.splice(0)
  }

  #turn(need: number): void {
    if (this.#end > this.#start) this.#full.push(this.#block.subarray(this.#start, this.#end))
    this.#block = Buffer.allocUnsafe(Math.max(BLOCK_BYTES, need))
    this.#start = 0
    this.#end = 0
  }
}
