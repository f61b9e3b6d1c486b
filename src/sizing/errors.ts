import { defineErrors } from '#base'

/** What a calculation refuses. */
export const SIZING_ERRORS = defineErrors({
  'sizing.range': { sentence: '{what} is {found}; it must be from {least} to {most}', status: 400 },
  'sizing.whole': { sentence: '{what} is {found}; it must be a whole number', status: 400 },
  'sizing.too-large': {
    sentence: 'this would take more than {most} steps; the patience or the load is too large',
    status: 400,
  },
  'sizing.unreachable': { sentence: 'no number of {what} up to {most} reaches {target}', status: 400 },
})
