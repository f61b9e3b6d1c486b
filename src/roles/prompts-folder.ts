import { fileURLToPath } from 'node:url'

/** The prompts that every release brings. */
export const PROMPTS_FOLDER = fileURLToPath(new URL('../../assets/prompts', import.meta.url))
