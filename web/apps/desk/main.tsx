import { SignedIn } from '../../shell/signed-in.tsx'
import { startApp } from '../../shell/start-app.tsx'
import { DeskPage } from './desk-page.tsx'

await startApp(<SignedIn page={DeskPage} />)
