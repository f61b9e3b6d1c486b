import { defineErrors } from '#base'

/** What can go wrong with the registers, whichever driver serves them. */
export const REGISTER_ERRORS = defineErrors({
  'registers.question': { sentence: 'that is no question for the registers of a core', status: 400 },
  'registers.refused': { sentence: 'the register is refused: {reason}', status: 413 },
  'registers.url': { sentence: 'the address of Redis cannot be used: {problem}', status: 422 },
  'registers.unreachable': { sentence: 'the registers cannot be reached: {reason}', status: 503 },
})
