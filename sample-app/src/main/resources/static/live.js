'use strict';

/*
 * The live page. A stream of server-sent events tells it the state of the cluster (each second and on each change)
 * and what happened; all it shows is drawn from the last state. No markup is made from text of the server.
 */
(() => {

	const SVG = 'http://www.w3.org/2000/svg';
	const EVENTS_KEPT = 100;
	const SILENCE_MS = 5000;
	const RETRY_MS = 3000;
	const WATCH_MS = 30000;
	const NARROW = 560;

	const byId = (id) => document.getElementById(id);
	const explanations = new Map();
	const calm = window.matchMedia('(prefers-reduced-motion: reduce)');

	let state = null;
	let start = null;
	let lastEvent = 0;
	let heardAt = 0;
	let source = null;
	let retry = 0;
	let watch = null;
	let busy = false;
	let links = new Map();

	/* Small helpers */

	function element(name, attributes, ...children) {
		const made = document.createElement(name);
		for (const [key, value] of Object.entries(attributes)) {
			made.setAttribute(key, value);
		}
		made.append(...children);
		return made;
	}

	function shape(name, attributes, text) {
		const made = document.createElementNS(SVG, name);
		for (const [key, value] of Object.entries(attributes)) {
			made.setAttribute(key, value);
		}
		if (text !== undefined) {
			made.textContent = text;
		}
		return made;
	}

	function setText(target, text) {
		if (target.textContent !== text) {
			target.textContent = text;
		}
	}

	function rate(value) {
		return value >= 10 ? Math.round(value).toString() : value.toFixed(1);
	}

	function bytes(count) {
		if (count === null) {
			return 'unknown';
		}
		const units = ['B', 'kB', 'MB', 'GB'];
		let unit = 0;
		let value = count;
		while (value >= 1000 && unit < units.length - 1) {
			value /= 1000;
			unit++;
		}
		return (unit === 0 ? value : value.toFixed(1)) + ' ' + units[unit];
	}

	function lag(node) {
		if (node.role !== 'replica') {
			return '–';
		}
		const time = node.lagMillis ? ', ' + (node.lagMillis / 1000).toFixed(1) + ' s' : '';
		return bytes(node.lagBytes) + time + (node.lagging ? ', no reads' : '');
	}

	function probe(node) {
		return node.latencyMillis === null || node.status === 'unhealthy' ? '–' : node.latencyMillis.toFixed(1) + ' ms';
	}

	/* What a node looks like: colour is never the only sign, the word is there too. */

	function look(node) {
		switch (node.status) {
			case 'unhealthy':
			case 'fenced':
				return 'bad';
			case 'suspect':
			case 'maintenance':
				return 'warn';
			default:
				return node.role === 'unknown' ? 'warn' : node.role;
		}
	}

	function word(node) {
		switch (node.status) {
			case 'unhealthy':
				return 'down';
			case 'healthy':
			case 'recovering':
				return node.role;
			default:
				return node.status;
		}
	}

	/* The picture */

	function draw() {
		const map = byId('map');
		const narrow = map.clientWidth < NARROW;
		const ids = state.nodes.map((node) => node.id).join(' ');
		const shapeOfMap = narrow + ' ' + ids;
		if (map.dataset.shape !== shapeOfMap) {
			map.dataset.shape = shapeOfMap;
			build(map, narrow);
		}
		state.nodes.forEach((node) => drawNode(node));
		drawFollowers(narrow);
		setText(byId('map-text'), state.nodes.map((node) => node.id + ': ' + word(node) + ', ' + rate(node.traffic.reads)
			+ ' reads and ' + rate(node.traffic.writes) + ' writes per second').join('; '));
		animate();
	}

	function build(map, narrow) {
		links = new Map();
		for (const id of ['map-links', 'map-followers', 'map-particles', 'map-labels', 'map-boxes']) {
			byId(id).replaceChildren();
		}
		const count = state.nodes.length;
		const width = narrow ? 380 : Math.max(700, count * 236);
		const height = narrow ? 88 + count * 152 : 390;
		map.setAttribute('viewBox', '0 0 ' + width + ' ' + height);
		const app = narrow ? { x: 1, y: 4, width: 378, height: 50 } : { x: width / 2 - 115, y: 6, width: 230, height: 54 };
		byId('map-boxes').append(appBox(app));
		state.nodes.forEach((node, index) => {
			const box = narrow ? { x: 66, y: 88 + index * 152, width: 312, height: 124 }
				: { x: width / count * (index + 0.5) - 108, y: 184, width: 216, height: 142 };
			const route = narrow
				? `M${20} ${app.y + app.height} V${box.y + box.height / 2 - 14} Q20 ${box.y + box.height / 2} 34 ${box.y + box.height / 2} H${box.x}`
				: `M${width / 2 + (index - (count - 1) / 2) * 44} ${app.y + app.height} C${width / 2 + (index - (count - 1) / 2) * 60} 125,`
					+ `${box.x + box.width / 2} 105,${box.x + box.width / 2} ${box.y}`;
			links.set(node.id, buildNode(node, box, route, narrow));
		});
	}

	function appBox(box) {
		const group = shape('g', { class: 'app' });
		group.append(shape('rect', { class: 'box', rx: 8, ...box }),
			shape('text', { class: 'name', x: box.x + box.width / 2, y: box.y + 23, 'text-anchor': 'middle' }, 'this application'),
			shape('text', { class: 'small', id: 'app-total', x: box.x + box.width / 2, y: box.y + 42, 'text-anchor': 'middle' }, ''));
		return group;
	}

	function buildNode(node, box, route, narrow) {
		const path = shape('path', { class: 'link', d: route });
		byId('map-links').append(path);
		const group = shape('g', { class: 'node', 'data-node': node.id });
		const x = box.x + 14;
		const right = box.x + box.width - 14;
		const meter = right - x - 82;
		const parts = {
			badge: shape('text', { class: 'badge', x: right, y: box.y + 26, 'text-anchor': 'end' }, ''),
			status: shape('text', { x, y: box.y + 50 }, ''),
			traffic: shape('text', { x, y: box.y + 72 }, ''),
			lag: shape('text', { class: 'small', x, y: box.y + 92 }, ''),
			pool: shape('text', { class: 'small', x: right, y: box.y + 113, 'text-anchor': 'end' }, ''),
			used: shape('rect', { class: 'meter-used', x, y: box.y + 106, width: 0, height: 6, rx: 3 }),
		};
		group.append(shape('rect', { class: 'box', rx: 8, ...box }),
			shape('text', { class: 'name', x, y: box.y + 27 }, node.id), parts.badge, parts.status, parts.traffic, parts.lag,
			parts.pool, shape('rect', { class: 'meter', x, y: box.y + 106, width: meter, height: 6, rx: 3 }), parts.used);
		if (!narrow) {
			group.append(shape('text', { class: 'small', x, y: box.y + 132 }, node.address));
		}
		group.addEventListener('click', () => choose(node.id));
		byId('map-boxes').append(group);
		const length = path.getTotalLength();
		const points = Array.from({ length: 61 }, (any, step) => path.getPointAtLength(length * step / 60));
		return { path, group, parts, points, box, meter, marks: [], due: { read: 0, write: 0 }, length };
	}

	function drawNode(node) {
		const link = links.get(node.id);
		const flows = node.traffic.reads + node.traffic.writes > 0;
		link.group.dataset.look = link.path.dataset.look = look(node);
		link.group.classList.toggle('chosen', chosen() === node.id);
		link.path.classList.toggle('flows', flows);
		link.path.setAttribute('stroke-width', (1.5 + Math.min(4, Math.log10(1 + node.traffic.reads + node.traffic.writes))).toFixed(1));
		setText(link.parts.badge, word(node).toUpperCase());
		setText(link.parts.status, node.status + (node.timeline ? ', timeline ' + node.timeline : ''));
		setText(link.parts.traffic, rate(node.traffic.reads) + ' reads/s, ' + rate(node.traffic.writes) + ' writes/s');
		setText(link.parts.lag, node.role === 'replica' ? 'lag ' + lag(node)
			: look(node) === 'bad' ? '' : 'probe ' + probe(node));
		setText(link.parts.pool, node.active + ' of ' + node.max + ' lent');
		link.parts.used.setAttribute('width', (link.meter * Math.min(1, node.active / Math.max(1, node.max))).toFixed(1));
	}

	/* From each replica that answers to the primary it follows */

	function drawFollowers(narrow) {
		const primary = state.primary && links.get(state.primary);
		const arcs = [];
		const labels = [];
		if (primary && !narrow) {
			const from = primary.box.x + primary.box.width / 2;
			const bottom = primary.box.y + primary.box.height;
			state.nodes.filter((node) => node.role === 'replica' && look(node) === 'replica').forEach((node) => {
				const box = links.get(node.id).box;
				const to = box.x + box.width / 2;
				const depth = bottom + 34 + 12 * Math.min(2, Math.abs(to - from) / 300);
				arcs.push(shape('path', { class: 'follows', d: `M${from} ${bottom} C${from} ${depth},${to} ${depth},${to} ${bottom}` }));
				const x = (from + to) / 2 + (to > from ? 34 : -34);
				const text = lag(node);
				const half = text.length * 3.6 + 10;
				labels.push(shape('rect', { class: 'pill', x: x - half, y: bottom + 15 + (depth - bottom - 46) * 0.5, width: 2 * half, height: 22, rx: 11 }),
					shape('text', { class: 'small', x, y: bottom + 30 + (depth - bottom - 46) * 0.5, 'text-anchor': 'middle' }, text));
			});
		}
		byId('map-followers').replaceChildren(...arcs);
		byId('map-labels').replaceChildren(...labels);
		const reads = state.nodes.reduce((sum, node) => sum + node.traffic.reads, 0);
		const writes = state.nodes.reduce((sum, node) => sum + node.traffic.writes, 0);
		setText(byId('app-total'), rate(reads) + ' reads/s, ' + rate(writes) + ' writes/s');
	}

	/* Marks that move from the application to the nodes, more of them the more statements there are */

	let frame = 0;
	let frameAt = 0;

	function animate() {
		const flows = state.nodes.some((node) => node.traffic.reads + node.traffic.writes > 0);
		const marks = [...links.values()].some((link) => link.marks.length > 0);
		if (calm.matches) {
			links.forEach((link) => {
				link.marks = [];
			});
			byId('map-particles').replaceChildren();
		}
		else if (frame === 0 && (flows || marks)) {
			frameAt = performance.now();
			frame = requestAnimationFrame(step);
		}
	}

	function step(now) {
		const seconds = Math.min(0.1, Math.max(0, now - frameAt) / 1000);
		frameAt = now;
		frame = 0;
		if (calm.matches) {
			animate();
			return;
		}
		state.nodes.forEach((node) => {
			const link = links.get(node.id);
			emit(link, 'read', node.traffic.reads, seconds);
			emit(link, 'write', node.traffic.writes, seconds);
			link.marks = link.marks.filter((mark) => move(link, mark, seconds));
		});
		animateOn();
	}

	function animateOn() {
		if (state.nodes.some((node) => node.traffic.reads + node.traffic.writes > 0)
			|| [...links.values()].some((link) => link.marks.length > 0)) {
			frame = requestAnimationFrame(step);
		}
	}

	function emit(link, kind, perSecond, seconds) {
		link.due[kind] += Math.min(9, perSecond > 0 ? 0.6 + Math.sqrt(perSecond) : 0) * seconds;
		if (link.due[kind] >= 1) {
			link.due[kind] = 0;
			const shown = kind === 'read' ? shape('circle', { class: 'read', r: 3.6 })
				: shape('rect', { class: 'write', x: -3.6, y: -3.6, width: 7.2, height: 7.2 });
			byId('map-particles').append(shown);
			link.marks.push({ shown, way: 0 });
		}
	}

	function move(link, mark, seconds) {
		mark.way += seconds * 150 / link.length;
		if (mark.way >= 1) {
			mark.shown.remove();
			return false;
		}
		const point = link.points[Math.floor(mark.way * 60)];
		mark.shown.setAttribute('transform', `translate(${point.x} ${point.y})`);
		return true;
	}

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
		if (/^(NodeLost|FailoverStarted|FailoverFailed|ConflictDetected|NodeFenced|NodeSlow|ReadFallbackBegan)$/.test(event.kind)
			|| /-> (UNHEALTHY|SUSPECT|FENCED|none|FAILED)\b/.test(event.text)) {
			return ['bad', '!'];
		}
		return /^(FailoverCompleted|ConflictResolved|ReadFallbackEnded|NodeFastAgain)$/.test(event.kind)
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
		draw();
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
	calm.addEventListener('change', () => state && animate());
	connectWhileSeen();
})();
