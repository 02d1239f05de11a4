// The page: GraphiQL with the explorer, the docs and the project's own documents as tabs.
import './workers.js';
import 'graphiql/style.css';
import '@graphiql/plugin-explorer/style.css';
import './page.css';

import { explorerPlugin } from '@graphiql/plugin-explorer';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createRoot } from 'react-dom/client';

import { beginning } from './beginning.js';
import { browserStorage } from './storage.js';
import { TabsInSight } from './tabs.jsx';
import { SystemTheme } from './theme.jsx';

const endpoint = location.origin + location.pathname;
const explorer = explorerPlugin({ showAttribution: false });
const plugins = [HISTORY_PLUGIN, explorer];

function Page({ start }) {
  return (
    <GraphiQL
      {...start}
      defaultEditorToolsVisibility="variables"
      fetcher={createGraphiQLFetcher({ url: endpoint })}
      plugins={plugins}
      shouldPersistHeaders={false}
      storage={browserStorage}
    >
      <GraphiQL.Logo>Customer 360 Gateway</GraphiQL.Logo>
      <SystemTheme />
      <TabsInSight />
    </GraphiQL>
  );
}

const root = createRoot(document.getElementById('graphiql'));
root.render(<Page start={await beginning()} />);
