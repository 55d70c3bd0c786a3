// What the page does by itself: where it scrolls to, the source panel as a sheet on a phone, dialogs, the clipboard, keys.
// Python renders all HTML; a click that needs an answer goes through Gradio's events (see LISTEN in chat.py).
const wenbao = (() => {
  const narrow = window.matchMedia('(max-width: 899px)');
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)');
  const OPEN = 'wenbao.conversation'; // what this browser tab shows, so that it is there again after a reload
  let shown = ''; // how many turns there were, and whether the last was answered
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
    const root = element.closest('#transcript, #source, #dialog, #below') ?? element.closest('.source-panel');
    if (!root) return;
    if (root.id === 'dialog') return showDialog(root);
    if (root.id === 'below') return fillBelow();
    if (root.id === 'source' || root.matches('.source-panel')) {
      showSource(root);
      if (root.id !== 'source') document.body.classList.toggle('sourced', Boolean(root.querySelector('.source')));
      if (root.id !== 'source') return;
    } else {
      const turns = root.querySelectorAll('.turn');
      const last = turns[turns.length - 1];
      fillBelow();
      const state = `${turns.length} ${Boolean(last?.querySelector('.reply'))}`;
      if (state !== shown) { // an answer that grows sentence by sentence is left where it is
        if (turns.length > 1) last.scrollIntoView({ block: 'start', behavior: behavior() });
        else window.scrollTo({ top: 0 });
      }
      shown = state;
      document.body.classList.toggle('talking', turns.length > 0);
      remember(root.querySelector('.turns')?.dataset.conversation);
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
    if (document.activeElement === document.body && !document.querySelector('dialog[open]')) {
      document.querySelector('#question textarea')?.focus({ preventScroll: true });
    }
  }

  // on a phone the sheet goes, on a wide screen the panel beside the conversation
  function closeSource(button) {
    const held = button ? button.closest('#source, .source-panel') : document.getElementById('source');
    if (!narrow.matches && held?.id === 'source' && held.querySelector('.source')) {
      document.body.classList.add('unsourced');
    } else if (!document.body.classList.contains('sheet')) return;
    document.body.classList.remove('sheet');
    if (asker?.isConnected) asker.focus();
  }

  // below the last turn there is room enough for it to stand at the top
  function fillBelow() {
    const turns = document.querySelectorAll('#transcript .turn');
    const below = document.getElementById('below');
    const composer = document.getElementById('composer');
    if (!below || !composer) return;
    const bar = document.getElementById('masthead')?.offsetHeight ?? 0;
    const room = window.innerHeight - bar - composer.offsetHeight - 48 - (turns[turns.length - 1]?.offsetHeight ?? 0);
    below.style.minHeight = turns.length > 1 ? `${Math.max(0, room)}px` : '';
  }

  function remember(id) {
    if (Number(id)) sessionStorage.setItem(OPEN, id);
    else sessionStorage.removeItem(OPEN);
  }
  const lastOpen = () => sessionStorage.getItem(OPEN) ?? '';

  // dialogs: Python renders them, the browser's own element holds the focus and gives it back
  function showDialog(root) {
    const dialog = root.querySelector('dialog');
    if (!dialog) return;
    // Gradio alters the dialog before into this one: what was ticked or typed there would stay with the new choices
    for (const form of dialog.querySelectorAll('form')) form.reset();
    dialog.showModal();
    const text = dialog.querySelector('[data-seek]');
    if (text && text.value) {
      text.focus();
      text.setSelectionRange(text.value.length, text.value.length);
    }
    dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  }

  function fields(form) {
    const data = new FormData(form);
    const sent = {};
    for (const name of new Set(data.keys())) sent[name] = name === 'reports' ? data.getAll(name) : data.get(name);
    return sent;
  }

  // what cannot be undone is pressed twice
  function sure(button) {
    if (!button.dataset.sure || button.dataset.asked) return true;
    button.dataset.asked = 'yes';
    const name = button.textContent;
    button.textContent = button.dataset.sure;
    button.addEventListener('blur', () => { button.textContent = name; delete button.dataset.asked; }, { once: true });
    button.focus();
    return false;
  }

  // calls a listener once typing has paused, never in the middle of a word of an input method
  function settled(listener) {
    let timer = 0;
    return (event) => {
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(listener, 250, event);
    };
  }

  // the clipboard is only offered to pages of https or of this machine; elsewhere the older way still works
  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
    } catch {
      const text = document.createElement('textarea');
      text.value = button.dataset.copy;
      text.style.position = 'fixed';
      document.body.append(text);
      text.select();
      document.execCommand('copy');
      text.remove();
      button.focus();
    }
    say(button, '已复制');
  }

  function say(button, text) {
    const name = button.dataset.name ?? button.textContent;
    button.dataset.name = name;
    button.textContent = text;
    setTimeout(() => { button.textContent = name; }, 1600);
    const voice = document.querySelector('#notice .spoken');
    if (voice) voice.textContent = text;
  }

  function filter(box) {
    const wanted = box.value.trim().toLowerCase();
    for (const item of box.parentElement.querySelectorAll('li')) {
      item.hidden = wanted !== '' && !item.textContent.toLowerCase().includes(wanted);
    }
  }

  // the tabs lie over the masthead: what else stands in it is told how much room they take
  function measureTabs() {
    const shown = [...document.querySelectorAll('#tabs > .tab-wrapper .tab-container:not(.visually-hidden) > button')];
    const width = shown.reduce((sum, tab) => sum + tab.offsetWidth + 4, 0);
    document.documentElement.style.setProperty('--tabs', `${width}px`);
  }

  // a notice about the last question goes as soon as the next is typed (Gradio's own input event misses input methods)
  function typing(on) {
    document.getElementById('composer')?.classList.toggle('typing', on);
  }
  document.addEventListener('input', (event) => {
    if (event.target.closest('#question')) typing(true);
    if (event.target.closest('[data-filter]')) filter(event.target);
  });
  document.addEventListener('submit', (event) => {
    const { send, turn, verdict } = event.target.dataset;
    if (!event.target.closest('#dialog')) return;
    for (const thumb of send === 'opine' ? document.querySelectorAll(`.thumb[data-turn="${turn}"]`) : []) {
      thumb.setAttribute('aria-pressed', String(thumb.dataset.verdict === verdict));
    }
    if (send !== 'rename') event.target.closest('dialog').close();
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

  // Gradio drops what is sent before it has put the question before away, even a stopped one: then it is sent once more
  function sent(tries = 10) {
    const box = document.querySelector('#question textarea');
    const text = box.value;
    setTimeout(() => {
      const send = document.getElementById('send');
      const taken = box.value !== text || document.querySelector('#notice [role="alert"]');
      if (!tries || taken || !text.trim() || !send?.offsetParent) return;
      send.click();
      sent(tries - 1);
    }, 500);
  }

  document.addEventListener('click', (event) => {
    if (event.target.closest('#send')) {
      typing(false);
      if (event.isTrusted) sent();
    }
    const pressed = event.target.closest('button');
    if (pressed?.dataset.copy) copy(pressed);
    if (pressed?.matches('[data-closes]')) pressed.closest('dialog')?.close();
    if (pressed?.matches('[data-clears]')) {
      for (const box of pressed.form.querySelectorAll('[type="checkbox"]')) box.checked = false;
    }
    if (pressed?.matches('[data-unfold]')) {
      const form = pressed.closest('li').querySelector('form');
      form.hidden = !form.hidden;
      if (!form.hidden) form.querySelector('input').select();
    }
    const mark = event.target.closest('#transcript [data-cite]');
    if (mark) {
      asker = mark;
      document.body.classList.add('sheet');
      document.body.classList.remove('unsourced');
      showSource(document.getElementById('source')); // it may hold this source already; else it is told to by changed()
    } else if (event.target.closest('[data-close]')) {
      closeSource(event.target);
    } else if (narrow.matches && !event.target.closest('#source, .source-panel, [data-opens]')) closeSource();
  });
  document.addEventListener('keydown', (event) => {
    if (event.isComposing || document.querySelector('dialog[open]')) return;
    if (event.key === 'Escape') closeSource();
    if (event.key === 'Enter' && !event.shiftKey && event.target.closest('#question')) {
      typing(false);
      sent();
    }
    if (event.key === '/' && !event.target.closest('input, textarea, select, [contenteditable]')) {
      const box = document.querySelector('#question textarea');
      if (!box?.offsetParent) return;
      event.preventDefault();
      box.focus();
    }
  });
  window.addEventListener('resize', () => { fillBelow(); measureTabs(); });
  // The opening text stands until the server has told what the page begins with: what is asked before would be lost to it.
  function show() {
    document.getElementById('opening')?.remove();
    document.documentElement.classList.add('ready');
    measureTabs();
  }
  new MutationObserver((_, observer) => {
    if (!document.querySelector('#transcript .welcome, #transcript .turns')) return;
    observer.disconnect();
    show();
  }).observe(document, { childList: true, subtree: true });
  window.addEventListener('load', () => setTimeout(show, 20000)); // whatever is wrong then is better seen

  return { changed, opens, jump, fields, sure, settled, lastOpen };
})();
