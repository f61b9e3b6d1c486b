import { SignedIn } from '../../shell/signed-in.tsx'
import { startApp } from '../../shell/start-app.tsx'
import { admin as german } from '../../ui/translations/de/admin.ts'
import { admin as english } from '../../ui/translations/en/admin.ts'
import { AdminPage } from './admin-page.tsx'

await startApp(<SignedIn page={AdminPage} />, { en: english, de: german })
