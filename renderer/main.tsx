/** The window's beginning: the way to the lab, the store, the picture. */
import '@mantine/core/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import './theme/tokens.css';
import './theme/base.css';
import './theme/mantine.css';
import './theme/forced.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { connect } from './bridge.ts';
import { startMessages } from './i18n/i18n.ts';
import { App } from './shell/app.tsx';
import { createStore } from './store/store.ts';
import { StoreProvider } from './store/use-store.ts';

function start(root: HTMLElement): void {
  const messages = startMessages();
  document.documentElement.lang = messages.resolvedLanguage ?? 'en';
  const { bridge, onConnection } = connect();
  const store = createStore(bridge);
  onConnection((up) => {
    store.actions.setConnected(up);
    // Whatever happened meanwhile was not fed: ask for everything again.
    if (up) void store.sync();
  });
  void store.sync();
  createRoot(root).render(
    <StrictMode>
      <StoreProvider value={store}>
        <App />
      </StoreProvider>
    </StrictMode>,
  );
}

const root = document.getElementById('root');
if (root !== null) start(root);
