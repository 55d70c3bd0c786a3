// What the page does by itself: where it scrolls to, and the source panel as a sheet on a phone.
// Python renders all HTML; a click that needs an answer goes through Gradio's events (see LISTEN in chat.py).
const wenbao = (() => {
  const narrow = window.matchMedia('(max-width: 899px)');
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  let asker = null; // the mark that opened the sheet, to which the focus returns

  const behavior = () => (calm.matches ? 'auto' : 'smooth');

  function showQuote(panel) {
    const body = panel.querySelector('.source-body');
    const quote = panel.querySelector('mark');
    if (!body || !quote) return;
    body.scrollTop = 0;
    const frame = body.getBoundingClientRect();
    const place = quote.getBoundingClientRect();
    if (place.bottom > frame.bottom) body.scrollTop = place.top - frame.top - frame.height / 3;
  }

  function showSource(panel) {
    showQuote(panel);
    if (narrow.matches && document.body.classList.contains('sheet')) panel.querySelector('.source')?.focus();
  }

  function pressMarks(panel) {
    const section = panel.querySelector('.source');
    for (const mark of document.querySelectorAll('#transcript [data-cite]')) {
      const shown = section && mark.dataset.turn === section.dataset.turn && mark.dataset.cite === section.dataset.n;
      mark.classList.toggle('shown', Boolean(shown));
    }
  }

  function changed(element) {
    const root = element.closest('#transcript, #source') ?? element.closest('.source-panel');
    if (!root) return;
    if (root.id === 'source' || root.matches('.source-panel')) {
      showSource(root);
      if (root.id !== 'source') document.body.classList.toggle('sourced', Boolean(root.querySelector('.source')));
      if (root.id !== 'source') return;
    } else {
      const turns = root.querySelectorAll('.turn');
      const last = turns[turns.length - 1];
      if (turns.length > 1) last.scrollIntoView({ block: 'start', behavior: behavior() });
      else window.scrollTo({ top: 0 });
      document.body.classList.toggle('talking', turns.length > 0);
      if (!narrow.matches) setTimeout(focusBox, 50);
    }
    const panel = document.getElementById('source');
    if (panel) {
      document.body.classList.toggle('sourced', Boolean(panel.querySelector('.source')));
      pressMarks(panel);
    }
  }

  // the button that was pressed may be gone by now: the next question can be typed at once
  function focusBox() {
    if (document.activeElement === document.body) {
      document.querySelector('#question textarea')?.focus({ preventScroll: true });
    }
  }

  function closeSheet() {
    if (!document.body.classList.contains('sheet')) return;
    document.body.classList.remove('sheet');
    asker?.focus();
  }

  // a notice about the last question goes as soon as the next is typed (Gradio's own input event misses input methods)
  function typing(on) {
    document.getElementById('composer')?.classList.toggle('typing', on);
  }
  document.addEventListener('input', (event) => {
    if (event.target.closest('#question')) typing(true);
  });

  // a figure or report of another tab was pressed; its panel is a sheet on a phone too
  function opens(button, panel) {
    asker = button;
    button.dataset.opens = panel;
    for (const other of document.querySelectorAll('.opened')) other.classList.remove('opened');
    (button.closest('tr') ?? button).classList.add('opened');
    document.body.classList.add('sheet');
    const held = document.getElementById(panel);
    if (held) showSource(held);
  }

  // scrolls a panel to a place in it; false where it does not hold that place
  function jump(panel, id) {
    const place = panel.querySelector(`#${CSS.escape(id)}`);
    if (!place) return false;
    for (const other of panel.querySelectorAll('.arrived')) other.classList.remove('arrived');
    place.classList.add('arrived');
    place.scrollIntoView({ block: 'start', behavior: behavior() });
    return true;
  }

  document.addEventListener('click', (event) => {
    if (event.target.closest('#send')) typing(false);
    const mark = event.target.closest('#transcript [data-cite]');
    if (mark) {
      asker = mark;
      document.body.classList.add('sheet');
      showSource(document.getElementById('source')); // it may hold this source already; else it is told to by changed()
    } else if (event.target.closest('[data-close]') || (narrow.matches && !event.target.closest('#source, .source-panel, [data-opens]'))) {
      closeSheet();
    }
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') closeSheet();
    if (event.key === 'Enter') typing(false);
  });
  // Gradio shows its page when its parts have loaded; until then the opening text stands
  new MutationObserver((_, observer) => {
    if (!document.querySelector('#transcript .welcome, #transcript .turns')) return;
    document.getElementById('opening')?.remove();
    document.documentElement.classList.add('ready');
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });

  return { changed, opens, jump };
})();
