import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const WEB = fileURLToPath(new URL('../../web', import.meta.url))

/** Whether the pages are built, and nothing in their folder, or in the others that are named, is newer than what was built. */
export function isWebBuilt(others: readonly string[] = []): boolean {
  // What is built last.
  const built = join(WEB, 'dist', 'widget', 'chat.js')
  return existsSync(built) && [WEB, ...others].every((folder) => newest(folder) <= statSync(built).mtimeMs)
}

/** Builds the pages when they are not built, or when a source is newer than what was built. */
export async function buildWeb(progress: (line: string) => void): Promise<void> {
  const config = join(WEB, 'vite.config.ts')
  const widget = join(WEB, 'widget.config.ts')
  if (!existsSync(config) || isWebBuilt()) return
  progress('building the pages (the first time only) …')
  const { build } = await import('vite')
  try {
    // The second goes into a folder of the first, which is emptied before.
    await build({ configFile: config, logLevel: 'silent' })
    await build({ configFile: widget, logLevel: 'silent' })
  } catch (cause) {
    // Calls do not wait for pages.
    progress(
      `the pages could not be built and are left out: ${cause instanceof Error ? cause.message.split('\n')[0] : cause}`,
    )
  }
}

/** The latest change below a folder, what was built left out. */
function newest(folder: string): number {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules') continue
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? newest(path) : statSync(path).mtimeMs)
  }
  return latest
}
