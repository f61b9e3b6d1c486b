import { defineErrors } from '#base'

/** Why a change of the configuration is refused. */
export const CONFIG_ERRORS = defineErrors({
  'config.invalid': { sentence: '{path}: {problem}', status: 422 },
  'config.collision': {
    sentence:
      '{kind} {name} was changed by {by} in version {version}, after the version {basedOn} that this change is based on',
    status: 409,
  },
  'config.in-use': {
    sentence: '{path}: {interactions} interactions are in it; wait until they have left',
    status: 409,
  },
})
