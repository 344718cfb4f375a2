/*
 * The live page. A stream of server-sent events tells it the state of the cluster (each second and on each change)
 * and what happened; all it shows is drawn from the last state.
 */

import { drawMap } from './map.js';
import { byId, element, lag, look, probe, rate, setText, word } from './page.js';

const EVENTS_KEPT = 100;
const SILENCE_MS = 5000;
const RETRY_MS = 3000;
const WATCH_MS = 30000;
const BAD = new RegExp('^(NodeLost|FailoverStarted|FailoverFailed|ConflictDetected|NodeFenced|NodeSlow|ReadFallbackBegan'
	+ '|ServerDeadlock|JvmDeadlock|HeldTooLong|ConcurrentUse|IdleInTransaction|Blocked)$');
const GOOD = /^(FailoverCompleted|ConflictResolved|ReadFallbackEnded|NodeFastAgain)$/;

const explanations = new Map();

let state = null;
let start = null;
let lastEvent = 0;
let heardAt = 0;
let source = null;
let retry = 0;
let watch = null;
let busy = false;

/* Facts, table */

function drawFacts() {
	byId('fact-state').dataset.state = state.state;
	setText(byId('fact-state'), state.conflict ? 'refused: ' + state.conflict.replaceAll('_', ' ') : state.state);
	setText(byId('fact-primary'), state.primary || 'none');
	setText(byId('fact-timeline'), state.timeline ? String(state.timeline) : 'unknown');
	setText(byId('fact-waiting'), String(state.waiting));
}

function drawTable() {
	const body = byId('nodes');
	state.nodes.forEach((node, index) => {
		let row = body.rows[index];
		if (!row) {
			row = body.insertRow();
			row.append(element('th', { scope: 'row' }), ...Array.from({ length: 9 }, (any, cell) =>
				element('td', { class: cell === 1 ? 'status' : cell > 1 ? 'number' : 'role' })));
		}
		row.dataset.node = node.id;
		row.dataset.look = look(node);
		fill(row.cells[0], node.id, node.address);
		fill(row.cells[1], node.role);
		fill(row.cells[2], word(node) === 'down' ? 'down' : node.status, node.error, 'error');
		fill(row.cells[3], node.timeline === null ? '–' : String(node.timeline));
		fill(row.cells[4], lag(node));
		fill(row.cells[5], probe(node));
		fill(row.cells[6], rate(node.traffic.reads));
		fill(row.cells[7], rate(node.traffic.writes));
		fill(row.cells[8], rate(node.traffic.failures));
		fill(row.cells[9], node.active + ' of ' + node.max);
	});
	while (body.rows.length > state.nodes.length) {
		body.deleteRow(-1);
	}
}

function fill(cell, text, more, kind) {
	const shown = text + (more || '');
	if (cell.textContent !== shown) {
		cell.replaceChildren(text, ...(more ? [element('small', kind ? { class: kind } : {}, more)] : []));
	}
}

/* Operations */

function chosen() {
	const radio = document.querySelector('input[name="node"]:checked');
	return radio ? radio.value : null;
}

function choose(id) {
	const radio = document.querySelector(`input[name="node"][value="${CSS.escape(id)}"]`);
	if (radio) {
		radio.checked = true;
		show();
	}
}

function drawChoice() {
	const choice = byId('nodes-choice');
	const ids = state.nodes.map((node) => node.id);
	if (choice.dataset.nodes !== ids.join(' ')) {
		choice.dataset.nodes = ids.join(' ');
		choice.replaceChildren(...ids.map((id, index) => {
			const radio = element('input', { type: 'radio', name: 'node', value: id });
			radio.checked = index === 0;
			radio.addEventListener('change', show);
			return element('label', {}, radio, id);
		}));
	}
}

function drawOperations() {
	document.querySelectorAll('[data-operation]').forEach((button) => allow(button, button.dataset.operation, null));
	document.querySelectorAll('[data-node-operation]').forEach((button) =>
		allow(button, button.dataset.nodeOperation, chosen()));
	const load = state.load;
	setText(byId('load'), load.running ? 'Stop traffic' : 'Start traffic');
	setText(byId('load-text'), load.running
		? `${load.secondsLeft} s left: ${load.orders} orders, ${load.reads} reads, ${load.failures} failed`
		: load.orders > 0 ? `Ended: ${load.orders} orders, ${load.reads} reads, ${load.failures} failed`
			: 'Places and reads orders for 30 s.');
}

function allow(button, operation, node) {
	const choice = state.operations.find((each) => each.operation === operation && each.node === node);
	const refusal = choice ? choice.refusal : 'Not known to the application';
	const why = byId('why-' + operation);
	if (!explanations.has(operation)) {
		explanations.set(operation, why.textContent);
	}
	button.setAttribute('aria-disabled', String(refusal !== null || busy));
	setText(why, refusal !== null ? refusal : explanations.get(operation));
}

async function operate(button, operation, node) {
	const why = byId('why-' + operation);
	if (button.getAttribute('aria-disabled') === 'true') {
		tell(busy ? 'Another operation is under way.' : why.textContent, true);
		return;
	}
	if (operation === 'kill-primary' || operation === 'freeze-primary' || operation === 'switchover') {
		beginWatch(operation);
	}
	busy = true;
	tell(button.textContent + (node ? ' ' + node : '') + ' …', false);
	drawOperations();
	try {
		const answer = await fetch('demo/' + operation + (node ? '/' + encodeURIComponent(node) : ''), { method: 'POST' });
		const content = await answer.json();
		tell(answer.ok ? content.done : content.detail, !answer.ok);
	}
	catch (failure) {
		tell('The application did not answer.', true);
	}
	finally {
		busy = false;
		drawOperations();
	}
}

async function toggleLoad() {
	if (state) {
		await fetch('live/load', { method: state.load.running ? 'DELETE' : 'POST' }).catch(() => tell('The application did not answer.', true));
	}
}

function tell(text, refused) {
	byId('result').classList.toggle('refused', refused);
	setText(byId('result'), text);
}

/* How long it takes from the press of the button until this page shows the change */

function beginWatch(operation) {
	watch = { operation, from: performance.now(), old: state.primary, down: null, next: null };
	delete byId('watch').dataset.down;
	delete byId('watch').dataset.next;
	setText(byId('watch'), '');
}

function lookAtWatch() {
	if (!watch || performance.now() - watch.from > WATCH_MS) {
		watch = null;
		return;
	}
	const old = state.nodes.find((node) => node.id === watch.old);
	const next = state.primary !== watch.old && state.nodes.find((node) => node.id === state.primary);
	const current = watch;
	requestAnimationFrame(() => {
		const shown = performance.now() - current.from;
		if (current.down === null && old && look(old) === 'bad') {
			current.down = shown;
			byId('watch').dataset.down = shown.toFixed(0);
		}
		if (current.next === null && next) {
			current.next = shown;
			current.to = next.id;
			byId('watch').dataset.next = shown.toFixed(0);
		}
		const parts = [];
		if (current.down !== null) {
			parts.push(`${current.old} shown as ${current.operation === 'freeze-primary' ? 'lost' : 'down'} ${(current.down / 1000).toFixed(2)} s`);
		}
		if (current.next !== null) {
			parts.push(`${current.to} shown as primary ${(current.next / 1000).toFixed(2)} s`);
		}
		setText(byId('watch'), parts.length ? parts.join(', ') + ' after the button was pressed' : '');
	});
}

/* Events */

function toneOf(event) {
	if (BAD.test(event.kind)
		|| /-> (UNHEALTHY|SUSPECT|FENCED|none|FAILED)\b/.test(event.text)) {
		return ['bad', '!'];
	}
	return GOOD.test(event.kind)
		|| /-> (HEALTHY|ACTIVE)\b/.test(event.text) ? ['good', '✓'] : ['note', '›'];
}

function addEvent(event) {
	if (event.id <= lastEvent) {
		return;
	}
	lastEvent = event.id;
	const [tone, sign] = toneOf(event);
	const at = new Date(event.at);
	const time = at.toLocaleTimeString('en-GB') + '.' + String(at.getMilliseconds()).padStart(3, '0');
	const list = byId('events');
	list.prepend(element('li', { 'data-kind': event.kind, 'data-tone': tone },
		element('time', { datetime: event.at }, time), element('span', { class: 'sign', 'aria-hidden': 'true' }, sign),
		element('span', {}, event.text)));
	while (list.children.length > EVENTS_KEPT) {
		list.lastElementChild.remove();
	}
	byId('no-events').hidden = true;
}

function addHistory(history) {
	const list = byId('events');
	list.setAttribute('aria-busy', 'true');
	if (history.start !== start) {
		start = history.start;
		lastEvent = 0;
		list.replaceChildren();
		byId('no-events').hidden = false;
	}
	history.events.forEach(addEvent);
	list.removeAttribute('aria-busy');
}

/* The stream */

function show() {
	drawChoice();
	drawFacts();
	drawMap(state, chosen(), choose);
	drawTable();
	drawOperations();
	lookAtWatch();
}

function connection(name, text) {
	byId('connection').dataset.state = name;
	setText(byId('connection'), text);
	document.body.classList.toggle('stale', name !== 'connected');
}

function heard() {
	heardAt = performance.now();
	connection('connected', 'Connected');
}

function connect() {
	disconnect();
	connection('connecting', 'Connecting');
	source = new EventSource('live/events');
	source.addEventListener('state', (message) => {
		heard();
		state = JSON.parse(message.data);
		show();
	});
	source.addEventListener('event', (message) => {
		heard();
		addEvent(JSON.parse(message.data));
	});
	source.addEventListener('history', (message) => {
		heard();
		addHistory(JSON.parse(message.data));
	});
	source.addEventListener('error', () => {
		connection('lost', 'Not connected, trying again');
		if (source && source.readyState === EventSource.CLOSED) {
			disconnect();
			retry = setTimeout(connect, RETRY_MS);
		}
	});
}

function disconnect() {
	clearTimeout(retry);
	if (source) {
		source.close();
		source = null;
	}
}

/* A browser has six connections to a server, and keeps those of pages that nobody sees. */

function connectWhileSeen() {
	if (document.visibilityState === 'visible') {
		connect();
	}
	else {
		disconnect();
		connection('connecting', 'Paused');
	}
}

setInterval(() => {
	if (source && source.readyState === EventSource.OPEN && performance.now() - heardAt > SILENCE_MS) {
		connection('lost', 'No news from the application');
	}
}, 1000);

document.addEventListener('visibilitychange', connectWhileSeen);
window.addEventListener('pagehide', disconnect);
window.addEventListener('pageshow', (shown) => shown.persisted && connectWhileSeen());
document.querySelectorAll('[data-operation]').forEach((button) =>
	button.addEventListener('click', () => state && operate(button, button.dataset.operation, null)));
document.querySelectorAll('[data-node-operation]').forEach((button) =>
	button.addEventListener('click', () => state && operate(button, button.dataset.nodeOperation, chosen())));
byId('load').addEventListener('click', toggleLoad);
new ResizeObserver(() => state && show()).observe(byId('map'));
connectWhileSeen();
