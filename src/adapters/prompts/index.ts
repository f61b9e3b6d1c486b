export { SOUND_MS_MAX } from './convert.ts'
export { SOUND_ERRORS } from './errors.ts'
export { PromptSounds, type PromptSoundsOptions, soundBlobKey, type TakenSound } from './prompt-sounds.ts'
