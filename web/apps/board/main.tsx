import '@mantine/core/styles.css'
import '../../ui/tokens.css'
import { MantineProvider } from '@mantine/core'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { I18nextProvider } from 'react-i18next'
import { SessionModel } from '../../models/session.ts'
import { resolver, theme } from '../../ui/theme.ts'
import { startTranslations } from '../../ui/translations/i18n.ts'
import { App } from './app.tsx'

declare global {
  /** The scroll lock of dialogs reads its nonce here. */
  var __webpack_nonce__: string | undefined
}

const nonce = document.querySelector('meta[name="csp-nonce"]')?.getAttribute('content') ?? ''
globalThis.__webpack_nonce__ = nonce

const i18n = await startTranslations()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <I18nextProvider i18n={i18n}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={resolver}
        defaultColorScheme="auto"
        getStyleNonce={() => nonce}
      >
        <App sessions={new SessionModel(sessionStorage, Date.now())} />
      </MantineProvider>
    </I18nextProvider>
  </StrictMode>,
)
