import '@mantine/core/styles.css'
import '../ui/tokens.css'
import { MantineProvider } from '@mantine/core'
import { type ReactNode, StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { resolver, theme } from '../ui/theme.ts'
import { type MoreWords, startTranslations } from '../ui/translations/i18n.ts'

declare global {
  /** The scroll lock of dialogs reads its nonce here. */
  var __webpack_nonce__: string | undefined
}

/** Draws a page in the user's language and colours; what it makes of styles carries the page's nonce. `more`: words of this page alone. */
export async function startApp(page: ReactNode, more?: MoreWords): Promise<void> {
  const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''
  globalThis.__webpack_nonce__ = nonce
  const i18n = await startTranslations(more)
  createRoot(document.getElementById('root')!).render(
    <StrictMode>
      <I18nextProvider i18n={i18n}>
        <MantineProvider
          theme={theme}
          cssVariablesResolver={resolver}
          defaultColorScheme="auto"
          getStyleNonce={() => nonce}
        >
          {page}
        </MantineProvider>
      </I18nextProvider>
    </StrictMode>,
  )
}
