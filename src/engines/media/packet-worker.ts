/** The packet thread: takes the words of plane-port.ts from the control thread and does them on a packet plane. */
import { parentPort, workerData } from 'node:worker_threads'
import { assert, assertNever, isTandemError } from '#base'
import type { RecordingId } from '#protocols/control'
import { MEDIA_ERRORS } from './media-errors.ts'
import { PacketPlane } from './packet-plane.ts'
import type { FromPlane, PlaneCall, PlaneSettings, RefusedCall, ToPlane } from './plane-port.ts'
import type { Sound } from './sound.ts'

assert(parentPort, 'the packet thread is started as a worker')
const port = parentPort

const { settings, prompts } = workerData as {
  readonly settings: PlaneSettings
  readonly prompts: ReadonlyMap<string, Sound>
}

const gathered: { recording: RecordingId; octets: Uint8Array }[] = []

const plane = new PacketPlane({
  settings,
  prompts,
  output: {
    event: (event) => tell({ type: 'event', event }),
    samples: gather,
    full: (recording) => tell({ type: 'full', recording }),
    wanted: (recording) => tell({ type: 'wanted', recording }),
  },
})

port.on('message', (message: ToPlane) => {
  if (message.type === 'bring') plane.bring(message.recording, message.sound)
  else answer(message.id, message.call)
})

/** Sound of several recordings goes over in one message a beat: messages cost more than what is in them. */
function gather(recording: RecordingId, octets: Uint8Array): void {
  if (gathered.length === 0) queueMicrotask(hand)
  gathered.push({ recording, octets })
}

function hand(): void {
  if (gathered.length === 0) return
  const portions = gathered.splice(0)
  port.postMessage(
    { type: 'samples', portions } satisfies FromPlane,
    portions.map(({ octets }) => octets.buffer as ArrayBuffer),
  )
}

/** Whatever is told comes after the sound that was taken before it. */
function tell(message: FromPlane): void {
  hand()
  port.postMessage(message)
}

async function answer(id: number, call: PlaneCall): Promise<void> {
  try {
    tell({ type: 'done', id, answer: await perform(call) })
  } catch (error) {
    const known = isTandemError(error) ? error : MEDIA_ERRORS['media.thread-failed']({ reason: String(error) }, error)
    const { code, message, status, fields } = known
    tell({ type: 'refused', id, error: { code, message, status, fields } satisfies RefusedCall })
  }
  if (call.name === 'close') port.close()
}

function perform(call: PlaneCall): Promise<unknown> {
  switch (call.name) {
    case 'set':
      return plane.set(call.session, call.spec)
    case 'remove':
      return plane.remove(call.session)
    case 'digits':
      return plane.digits(call.session, call.id, call.digits)
    case 'record':
      return plane.record(call.recording, call.spec)
    case 'finish':
      return plane.finish(call.recording)
    case 'keep':
      return plane.keep(call.sessions)
    case 'statistics':
      return plane.statistics(call.session)
    case 'close':
      return plane.close()
    default:
      return assertNever(call)
  }
}
