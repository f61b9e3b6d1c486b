import type { PhoneCall } from '../../test/kit/phone-call.ts'
import type { CallReport, FromChild } from './messages.ts'

/** Sends a message to the process that started this one. */
export function tell(message: FromChild): void {
  process.send?.(message)
}

/** What this end saw of a call that is over. */
export function reportCall(
  call: PhoneCall,
  known: Omit<CallReport, 'end' | 'heard' | 'otherPackets' | 'stream'>,
): CallReport {
  return {
    ...known,
    stream: call.media.stream,
    end: call.end ?? { by: 'dropped' },
    heard: [...call.media.heard.values()].map((heard) => ({ ...heard })),
    otherPackets: call.media.otherPackets,
  }
}
