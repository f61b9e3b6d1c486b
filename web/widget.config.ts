import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

/** The chat for websites: one file that needs no other, `dist/widget/chat.js`. */
export default defineConfig({
  root: fileURLToPath(new URL('./widget', import.meta.url)),
  build: {
    outDir: fileURLToPath(new URL('./dist/widget', import.meta.url)),
    emptyOutDir: true,
    lib: { entry: 'chat.ts', formats: ['iife'], name: 'TandemChat', fileName: () => 'chat.js' },
  },
})
