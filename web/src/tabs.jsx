// More tabs than fit: the one at work is kept in sight, and the wheel turns through the others.
import { useGraphiQL } from '@graphiql/react';
import { useEffect } from 'react';

const options = { passive: true };

function turn(event) {
  event.currentTarget.scrollLeft += event.deltaY;
}

export function TabsInSight() {
  const active = useGraphiQL((state) => state.activeTabIndex);
  useEffect(() => {
    const tab = document.querySelector('.graphiql-tab-active');
    tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [active]);
  useEffect(() => {
    const tabs = document.querySelector('.graphiql-tabs');
    tabs?.addEventListener('wheel', turn, options);
    return () => tabs?.removeEventListener('wheel', turn, options);
  }, []);
  return null;
}
