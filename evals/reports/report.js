(() => {
  const items = [...document.querySelectorAll('.items > li')];
  const [outcome, type, text] = ['by-outcome', 'by-type', 'by-text'].map((id) => document.getElementById(id));
  const shown = document.getElementById('shown');
  function filter() {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const item of items) {
      const { dataset } = item;
      const fits = (!outcome.value || dataset.outcome === outcome.value) && (!type.value || dataset.type === type.value)
        && words.every((word) => dataset.text.includes(word));
      item.hidden = !fits;
      count += fits;
    }
    shown.textContent = count === items.length ? `${count} 题` : `${count} 题，共 ${items.length} 题`;
  }
  document.getElementById('filters').addEventListener('input', filter);
  document.getElementById('filters').addEventListener('submit', (event) => event.preventDefault());
  filter(); // a browser may have kept what was chosen
})();
