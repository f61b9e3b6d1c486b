export { type Alphabet, gsmBytes, gsmText, type TextParts, textParts } from './alphabet.ts'
export type { Arrival, SmsCommand, SmsEvent } from './command.ts'
export { SMS_ERRORS } from './errors.ts'
export { HALF_TEXT_MS_MAX, HALF_TEXTS_MAX, PARTS_IN_MAX, PARTS_OUT_MAX, UNSENT_MS_MAX } from './limits.ts'
export { smsMachine } from './machine.ts'
export {
  type HalfText,
  type OutgoingText,
  type PartIn,
  partyKey,
  type SmsParty,
  type SmsState,
  type TextState,
  textStateOf,
} from './sms.ts'
