// Runs before the first paint, so that a dark page never flashes white.
(() => {
  let choice = 'system';
  try {
    choice = localStorage.getItem('vitrine.theme') ?? 'system';
  } catch {
    // Storage may be refused; the system's preference then decides.
  }
  const dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.classList.toggle('dark', dark);
})();
